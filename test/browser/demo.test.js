/* SPDX-License-Identifier: Apache-2.0
 *
 * The demo from end to end: its page in a real browser, what the page says
 * and what the API's own log says, and its start and its end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync,
    readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot, noChromium, startChromium, startDemo, temporaryFolder, top }
    from './driver.js';

const timeout = 60_000;

/* The lines of the API's log whose query starts with the call's name. */
async function logged(demo, name) {
    const text = await (await fetch(`${demo.urls[0]}/wire.log`)).text();
    return text.split('\n').slice(0, -1).map((line) => JSON.parse(line))
        .filter((entry) => entry.query.startsWith(`?${name}-`));
}

describe('the demo in Chromium', { skip: noChromium }, () => {
    let demo, chromium, page, console_, asked;

    before(async () => {
        chromium = await startChromium();
        demo = await startDemo();
        page = await chromium.browser.newPage();
        console_ = [];
        asked = [];
        page.on('console', (message) => console_.push(message.text()));
        page.on('pageerror', (error) => console_.push(`${error}`));
        page.on('request', (request) => asked.push(request.url()));
        // by this name it would be of an origin that the API does not list
        await page.goto(demo.urls[0].replace('localhost', '127.0.0.1'));
        await page.waitForSelector('body[data-ready]');
    }, { timeout });

    after(async () => {
        await chromium?.stop();
        await demo?.stop();
    }, { timeout });

    /* Presses a card's button; what the card says then, and the log. */
    async function press(name) {
        await page.click(`#call-${name} .send`);
        await page.waitForSelector(
            `#call-${name}:not([data-state="idle"], [data-state="waiting"])`);
        const card = await page.$eval(`#call-${name}`, (root) => ({
            state: root.dataset.state,
            right: root.dataset.right,
            read: root.dataset.read,
            arrived: root.querySelector('.arrived').textContent,
            code: root.querySelector('.code').textContent,
            wire: root.querySelector('.wire').textContent,
            says: root.querySelector('.says').hidden ? ''
                : root.querySelector('.log').textContent,
            explain: root.querySelector('.explain').href,
        }));
        const entries = await logged(demo, name);
        return {
            card,
            preflights: entries.filter(({ method }) => method === 'OPTIONS'),
            requests: entries.filter(({ method }) => method !== 'OPTIONS'),
        };
    }

    /* What the status page answers where a card's link leads. */
    async function explained({ explain }) {
        const url = new URL(explain);
        url.searchParams.delete('html');
        return (await fetch(url)).text();
    }

    test('opened at 127.0.0.1, it goes to localhost', () => {
        assert.equal(page.url(), `${demo.urls[0]}/`);
    });

    function assertAllowed({ status, request, response }) {
        assert.equal(status, '200');
        assert.match(request.Cookie, /\bdemo_session=baked-at-/);
        assert.equal(request.Origin, demo.urls[0]);
        assert.equal(response['Access-Control-Allow-Origin'], demo.urls[0]);
        assert.equal(response['Access-Control-Allow-Credentials'], 'true');
    }

    const works = [
        ['xhr', 'withCredentials = true', 'GET', null],
        ['fetch', "credentials: 'include'", 'POST', 'content-type'],
        ['jquery', 'xhrFields: { withCredentials: true }', 'POST', null],
        ['axios', 'withCredentials: true', 'GET', 'x-demo'],
    ];
    for (const [name, line, method, asks] of works) {
        test(`${name} carries the cookie and reads the answer`, async () => {
            const { card, preflights, requests } = await press(name);

            assert.equal(card.state, 'arrived');
            assert.equal(card.read, 'yes');
            assert.match(card.arrived, /\bdemo_session=baked-at-/);
            assert.ok(card.code.includes(line), card.code);
            assert.equal(requests.length, 1);
            assert.equal(requests[0].method, method);
            assert.equal(requests[0].request.Cookie, card.arrived);
            assert.equal(requests[0].result, 'allowed');
            assertAllowed(requests[0]);
            assert.equal(preflights.length, asks ? 1 : 0);
            for (const { status, result, request } of preflights) {
                assert.equal(status, '204');
                assert.equal(result, 'preflight-allowed');
                assert.equal(request['Access-Control-Request-Headers'], asks);
                assert.equal(request.Cookie, '-');
            }
        });
    }

    test('across sites a cookie without SameSite=None stays at home',
        async () => {
            const { card, requests } = await press('away');

            assert.deepEqual(
                [card.state, card.read, card.arrived, card.right],
                ['no-cookie', 'yes', 'none', 'true']);
            assert.deepEqual(requests.map(({ path, result, request }) =>
                [path, result, request.Cookie]), [
                ['/plain/login', 'allowed', '-'],
                ['/plain/echo', 'allowed', '-'],
            ]);
            assert.equal(requests[0].response['Set-Cookie'],
                'demo_plain=baked; Path=/plain; SameSite=Lax');
            assert.match(card.says,
                /cookie 'demo_plain'.*it has no SameSite=None/);
        });

    test('one line sends it across sites', async () => {
        const { card, requests } = await press('across');

        assert.deepEqual([card.state, card.read, card.arrived, card.right],
            ['arrived', 'yes', 'demo_across=baked', 'true']);
        assert.equal(requests.length, 2);
        assert.equal(requests[0].response['Set-Cookie'], 'demo_across=baked; '
            + 'Path=/across; SameSite=None; Secure; Partitioned');
        assert.equal(requests[1].request.Cookie, 'demo_across=baked');
        assert.equal(card.says, '');
    });

    test('without credentials no cookie arrives', async () => {
        const { card, preflights, requests } = await press('plain');

        assert.deepEqual([card.state, card.read, card.arrived, card.right],
            ['no-cookie', 'yes', 'none', 'true']);
        assert.equal(preflights.length, 0);
        assert.equal(requests.length, 1);
        assert.equal(requests[0].request.Cookie, '-');
        assert.equal(requests[0].result, 'allowed');
    });

    test('an origin that is not listed is run and kept from reading',
        async () => {
            console_.length = 0;
            const { card, requests } = await press('stranger');

            assert.deepEqual([card.state, card.read, card.right],
                ['blocked', 'no', 'true']);
            assert.equal(requests.length, 1);
            const [{ status, result, reason, request, response }] = requests;
            assert.deepEqual([status, result, reason],
                ['200', 'disallowed', 'origin-not-listed']);
            assert.equal(request.Origin, demo.urls[2]);
            assert.match(request.Cookie, /\bdemo_session=baked-at-/);
            assert.equal(response['Access-Control-Allow-Origin'], '-');
            assert.equal(response['Access-Control-Allow-Credentials'], '-');
            assert.match(console_.join('\n'),
                /No 'Access-Control-Allow-Origin' header is present/);
            assert.match(card.says, /^origin-not-listed: .*api\.conf:2/);
            assert.match(await explained(card),
                /^Reason: origin-not-listed$/m);
        });

    test('an origin that is denied is not run', async () => {
        const { card, requests } = await press('denied');

        assert.deepEqual([card.state, card.read, card.right],
            ['blocked', 'no', 'true']);
        assert.equal(requests.length, 1);
        const [{ status, result, request, response }] = requests;
        assert.deepEqual([status, result], ['403', 'disallowed']);
        assert.equal(card.arrived,
            'none: httpd answered in front of the API');
        assert.match(card.says, /^origin-not-listed: .*api\.conf:2/);
        assert.match(await explained(card), /^Enforced: Deny$/m);
        assert.equal(request.Origin, demo.urls[2]);
        assert.equal(response['Access-Control-Allow-Origin'], '-');
    });

    test('a method that is not listed is never sent', async () => {
        console_.length = 0;
        const { card, preflights, requests } = await press('method');

        assert.deepEqual([card.state, card.read, card.right],
            ['blocked', 'no', 'true']);
        assert.equal(requests.length, 0);
        assert.equal(preflights.length, 1);
        const [{ status, result, reason }] = preflights;
        assert.deepEqual([status, result, reason],
            ['204', 'preflight-disallowed', 'method-not-listed']);
        assert.match(console_.join('\n'), /Method DELETE is not allowed/);
        assert.match(card.says, /^method-not-listed: .*DELETE/);
        assert.match(await explained(card), /^Reason: method-not-listed$/m);
    });

    test('after a log-out none of the four carries the cookie', async () => {
        const turn = async (next) => {
            await page.click('#session');
            await page.waitForSelector(`#session[data-next="${next}"]`);
        };
        await turn('/login');
        for (const [name] of works) {
            const { card } = await press(name);
            assert.deepEqual([card.state, card.right], ['no-cookie', 'false']);
        }
        await turn('/logout');
    });

    test('Run all runs them all', async () => {
        await page.click('#run-all');
        await page.waitForFunction(() =>
            !document.querySelector('#run-all').disabled);
        assert.equal(
            await page.$eval('#tally', (tally) => tally.textContent),
            '5 of 5 cookies arrived, 5 of 5 stopped as they should be.');
    });

    test('nothing is wider than a narrow window', async () => {
        await page.setViewport({ width: 320, height: 640 });
        const width = await page.evaluate(() =>
            document.documentElement.scrollWidth);
        assert.equal(width, 320);
    });

    test('nothing is loaded from elsewhere, and the page has no error', () => {
        const origins = new Set(asked.map((url) => new URL(url).origin));
        origins.delete(demo.urls[0].replace('localhost', '127.0.0.1'));
        assert.deepEqual([...origins].sort(), [...demo.urls].sort());
        const errors = console_.filter((text) =>
            !/blocked by CORS policy|net::ERR_FAILED/.test(text));
        assert.deepEqual(errors, []);
    });
});

/* The children of a process, as the texts of their /proc/N/status. */
function childrenOf(parent) {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
        .map((pid) => {
            try {
                return readFileSync(`/proc/${pid}/status`, 'utf8');
            }
            catch {
                return '';
            }
        })
        .filter((status) => status.includes(`\nPPid:\t${parent}\n`));
}

describe('demo/run', () => {
    for (const signal of ['SIGINT', 'SIGTERM']) {
        test(`ends on ${signal} and leaves nothing behind`, {
            timeout,
        }, async () => {
            const demo = await startDemo();
            const [status] = childrenOf(demo.pid);
            const httpd = status.match(/^Pid:\t(\d+)$/m)[1];
            const folder = readlinkSync(`/proc/${httpd}/cwd`);
            assert.ok(existsSync(join(folder, 'wire.log')));

            assert.equal((await demo.stop(signal)).status, 0);

            assert.ok(!existsSync(folder));
            assert.ok(!existsSync(`/proc/${httpd}`));
            await assert.rejects(fetch(demo.urls[0]));
        });
    }

    test('two of them run side by side', { timeout }, async () => {
        const demos = [await startDemo(), await startDemo()];
        try {
            assert.equal(new Set(demos.flatMap(({ urls }) => urls)).size, 8);
            for (const { urls } of demos)
                assert.equal((await fetch(urls[0])).status, 200);
        }
        finally {
            for (const demo of demos)
                await demo.stop();
        }
    });

    test('httpd is no root, and needs nothing from the source tree', {
        skip: !isRoot && 'only root can drop to another user', timeout,
    }, async () => {
        const folder = temporaryFolder('cors-cookies-closed');
        cpSync(join(top, 'demo'), folder.path, { recursive: true });
        chmodSync(folder.path, 0o700);
        const demo = await startDemo({
            run: join(folder.path, 'run'),
            env: { MODULE: join(top, '.libs/mod_cors_cookies.so') },
        });
        try {
            assert.equal((await fetch(demo.urls[0])).status, 200);
            const [httpd] = childrenOf(demo.pid);
            assert.match(httpd, /^Name:\t(apache2|httpd)$/m);
            assert.doesNotMatch(httpd, /^Uid:.*\b0\b/m);
        }
        finally {
            await demo.stop();
            folder.remove();
        }
    });
});
