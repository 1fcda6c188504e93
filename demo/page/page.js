/* SPDX-License-Identifier: Apache-2.0 */
import { fails, send, sites, source, works } from './calls.js';

const { api, elsewhere, stranger } = document.body.dataset;
const calls = { ...works, ...sites, ...fails };
const cards = {};
const $id = (id) => document.getElementById(id);
const pause = (time) => new Promise((wake) => setTimeout(wake, time));

const badges = {
    idle: 'not sent',
    waiting: 'waiting',
    arrived: 'cookie arrived',
    'no-cookie': 'no cookie',
    blocked: 'blocked',
    silent: 'no answer',
};

const surprises = {
    arrived: 'This should not have worked.',
    'no-cookie': 'The answer could be read, but no cookie came along. Are you '
        + 'logged out, or does the browser block cookies? Safari does, from '
        + 'one site to another.',
    blocked: 'The browser kept the answer from the script. Its console says '
        + 'why.',
    silent: 'The API did not answer. Is demo/run still running?',
};

/* The API's access log is one JSON object a line, but for httpd's \x.. */
function parse(line) {
    return JSON.parse(line.replace(/\\(\\|x([0-9a-f]{2})|v)/gi,
        (all, what, hex) => (what === '\\' ? all : `\\u00${hex || '0b'}`)));
}

async function linesOf(log) {
    const answer = await fetch(log, { cache: 'no-store' });
    return (await answer.text()).split('\n').slice(0, -1);
}

async function logged(id) {
    const lines = await linesOf('wire.log');
    return lines.map(parse).filter((entry) => entry.query === `?${id}`);
}

/* What the module wrote to the error log about a call. */
async function said(entries) {
    const lines = (await linesOf('error.log')).map((line) =>
        line.match(/^\[[^\]]*\] \[cors_cookies:\w+\] (\S{2,}) (.*)/));
    return lines.filter((line) => entries.some(({ log }) => log === line?.[1]))
        .map(([, , words]) => words);
}

/* httpd writes its log after the answer, so a line may be a moment late. */
async function wire(id, path) {
    let entries = [];
    for (let tries = 0; tries < 10; tries++) {
        entries = await logged(id);
        if (entries.some((entry) => entry.method !== 'OPTIONS'
            && entry.path === path))
            break;
        await pause(50);
    }
    return entries;
}

function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    if (className)
        made.className = className;
    return made;
}

function fields(side, sign, headers, absent) {
    const there = Object.entries(headers).filter(([, value]) => value !== '-');
    const rows = there.map(([name, value]) => {
        const row = element('p', '', side);
        const key = element('b', `${name}:`);
        row.append(element('i', sign), key, ` ${value}`);
        if (name === 'Cookie')
            row.classList.add('has-cookie');
        return row;
    });
    for (const [name, words] of absent) {
        if (there.some(([key]) => key.startsWith(name)))
            continue;
        const row = element('p', '', `${side} absent`);
        row.append(element('i', sign), words);
        rows.push(row);
    }
    return rows;
}

/* A preflight is folded when the request that it announces follows. */
function exchange(entry, index, all) {
    const made = element('details', '', 'exchange');
    const line = element('summary', '', 'line');
    const preflight = entry.method === 'OPTIONS';
    made.open = !preflight || all.length === 1;
    const words = entry.reason === '-' || entry.reason === 'ok'
        ? entry.result : `${entry.result}, ${entry.reason}`;
    line.append(element('b', `${entry.method} ${entry.path}`),
        element('span', entry.status, 'status'),
        element('span', words === '-' ? '' : words, 'verdict'));
    made.append(line,
        ...fields('request', '\u2192', entry.request,
            [['Cookie', preflight ? 'no Cookie: a preflight has none'
                : 'no Cookie']]),
        ...fields('response', '\u2190', entry.response,
            [['Access-Control', 'no Access-Control-* header']]));
    return made;
}

function setState(name, state) {
    const { root, chip, part } = cards[name];
    const right = state === calls[name].right;
    for (const marked of [root, chip]) {
        marked.dataset.state = state;
        marked.dataset.right = ['idle', 'waiting'].includes(state)
            ? '' : right;
    }
    part('.badge').textContent = badges[state]
        + (right && state !== 'arrived' ? ', rightly' : '');
}

/* The cookie that the API saw; or why it saw none. */
function cookieOf({ answer }, entries) {
    if (answer)
        return { cookie: decodeURIComponent(answer.cookie), none: 'none' };
    const last = entries.find((entry) => entry.method !== 'OPTIONS');
    if (!last)
        return { none: 'none: the request was not sent' };
    if (last.status === '403')
        return { none: 'none: httpd answered in front of the API' };
    return { cookie: last.request.Cookie.replace(/^-$/, ''), none: 'none' };
}

function stateOf(result, cookie, entries) {
    if (entries.length === 0)
        return 'silent';
    if (result.error)
        return 'blocked';
    return cookie ? 'arrived' : 'no-cookie';
}

/* The status page's address that explains a call. */
function explanation({ framed, path, preflight }, base) {
    const origin = framed ? stranger : location.origin;
    const query = new URLSearchParams({ url: path, origin,
        ...preflight && { method: preflight } });
    return `${base}/cors-status?explain&html&${query}`;
}

function show(name, result, entries, lines) {
    const { root, part } = cards[name];
    const { cookie, none } = cookieOf(result, entries);
    const state = stateOf(result, cookie, entries);

    part('.arrived').textContent = cookie || none;
    part('.read').textContent = result.error
        ? `No. The browser said: ${result.error}` : 'Yes';
    part('.why').textContent = state === calls[name].right
        ? calls[name].why : surprises[state];
    part('.why').hidden = false;
    part('.log').replaceChildren(...lines.map((line) => element('p', line)));
    part('.says').hidden = lines.length === 0;
    part('.exchanges').replaceChildren(...entries.map(exchange));
    part('.wire').hidden = entries.length === 0;
    root.dataset.read = result.error ? 'no' : 'yes';
    setState(name, state);
    tally();
}

function tally() {
    const count = (arrive) => {
        const names = Object.keys(calls)
            .filter((name) => (calls[name].right === 'arrived') === arrive);
        const right = names
            .filter((name) => cards[name].root.dataset.right === 'true');
        return `${right.length} of ${names.length}`;
    };
    $id('tally').textContent = `${count(true)} cookies arrived, `
        + `${count(false)} stopped as they should be.`;
}

/* The frame of another origin makes the call and tells what came of it. */
function sendFramed(name, id) {
    const frame = cards[name].part('.frame');
    return new Promise((resolve) => {
        window.addEventListener('message', function hear(event) {
            if (event.origin !== stranger || event.data.id !== id)
                return;
            window.removeEventListener('message', hear);
            resolve(event.data.result);
        });
        frame.contentWindow.postMessage({ name, id }, stranger);
    });
}

function baseOf(call) {
    return call.elsewhere ? elsewhere : api;
}

async function run(name) {
    const call = calls[name];
    const id = `${name}-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    const { part } = cards[name];

    part('.send').disabled = true;
    setState(name, 'waiting');
    await ready;
    const result = call.framed
        ? await sendFramed(name, id)
        : await send(call, `${baseOf(call)}${call.path}?${id}`);
    const entries = await wire(id, call.path);
    show(name, result, entries, await said(entries));
    part('.send').disabled = false;
}

async function runAll() {
    $id('run-all').disabled = true;
    for (const name of Object.keys(calls))
        await run(name);
    $id('run-all').disabled = false;
}

function addCard(name, group) {
    const call = calls[name];
    const root = $id('card').content.firstElementChild.cloneNode(true);
    const part = (selector) => root.querySelector(selector);
    const code = source(call).map((line) => {
        const kind = /withCredentials|credentials:/.test(line) ? 'mark' : '';
        return element('span', `${line}\n`, kind);
    });

    root.id = `call-${name}`;
    part('h3').textContent = call.title;
    part('.about').textContent = call.about;
    part('.code').append(...code);
    part('.send').textContent = call.button;
    part('.send').addEventListener('click', () => run(name));
    part('.explain').href = explanation(call, baseOf(call));
    const chip = element('a', call.title);
    chip.href = `#call-${name}`;
    $id('strip').append(chip);
    cards[name] = { root, part, chip };
    if (call.framed) {
        part('.frame').hidden = false;
        part('.frame').src = `${stranger}/`;
    }
    setState(name, 'idle');
    group.append(root);
}

/* The session: a cookie that scripts cannot see, so the API is asked. */
async function session(path) {
    const ask = (where, method) => fetch(`${api}${where}`,
        { method, credentials: 'include' });
    let cookie;
    try {
        await ask(path, 'POST');
        const { cookie: all } = await (await ask('/echo', 'GET')).json();
        cookie = decodeURIComponent(all).split('; ')
            .find((pair) => pair.startsWith('demo_session='));
    }
    catch {
        cookie = undefined;
    }
    $id('cookie').textContent = cookie || 'no cookie';
    $id('cookie').classList.toggle('there', Boolean(cookie));
    $id('session').textContent = cookie
        ? 'Log out at the API' : 'Log in at the API';
    $id('session').dataset.next = cookie ? '/logout' : '/login';
}

async function showPolicy() {
    const text = await (await fetch('api.conf')).text();
    const lines = text.trimEnd().replaceAll(`\${PAGE}`, location.origin)
        .split('\n').map((line) => {
            const kind = /^\s*#/.test(line) ? 'comment'
                : /^\s*CORS/.test(line) ? 'mark' : '';
            return element('span', `${line}\n`, kind);
        });
    $id('policy').append(...lines);
}

$id('here').textContent = location.origin;
$id('there').textContent = api;
for (const name of Object.keys(works))
    addCard(name, $id('works'));
for (const name of Object.keys(sites))
    addCard(name, $id('sites'));
for (const name of Object.keys(fails))
    addCard(name, $id('fails'));
$id('run-all').addEventListener('click', runAll);
$id('session').addEventListener('click',
    () => session($id('session').dataset.next));
showPolicy();

const loaded = new Promise((done) => {
    window.addEventListener('load', done, { once: true });
});
const ready = Promise.all([loaded, session('/login')]);
ready.then(() => { document.body.dataset.ready = 'true'; });
