/* SPDX-License-Identifier: Apache-2.0
 *
 * Over https: which cookies travel in which browser, and what the page of an
 * origin that is not listed can do with them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { noChromium, noFirefox, startChromium, startFirefox, until }
    from './driver.js';
import { visitSites } from './sites.js';
import { noWebKit, startWebKit } from './webkit.js';

const timeout = 60_000;

/* Chromium's setting for cookies of third parties: with 2, Chrome's default,
 * they travel; with 1 they are blocked, as Debian's Chromium does. */
const chromium = (mode) => (options) => startChromium({
    ...options, preferences: { profile: { cookie_controls_mode: mode } },
});
/* `sends`: does it send cookies to a site that the page is not of, at all?
 * `leaks`: does its cache ignore with whose cookies an answer was made? */
const browsers = {
    chrome: { title: 'Chromium, set as Chrome is', skip: noChromium,
        start: chromium(2), sends: true, leaks: true },
    blocking: { title: 'Chromium that blocks third-party cookies',
        skip: noChromium, start: chromium(1), sends: true, leaks: true },
    firefox: { title: 'Firefox', skip: noFirefox, start: startFirefox,
        sends: true, leaks: false },
    webkit: { title: 'WebKitGTK', skip: noWebKit, start: startWebKit,
        sends: false, leaks: false },
};

const listed = 'CORSAllowOrigin PAGE';
const policies = {
    unchanged: listed,
    'SameSite=None Secure': `${listed}
        CORSDisallowedOrigin StripCredentials
        CORSCookieAttributes SameSite=None Secure`,
    'SameSite=None Secure Partitioned': `${listed}
        CORSDisallowedOrigin StripCredentials
        CORSCookieAttributes SameSite=None Secure Partitioned`,
    serve: listed,
    strip: `${listed}
        CORSDisallowedOrigin StripCredentials`,
    deny: `${listed}
        CORSDisallowedOrigin Deny`,
    anonymous: `${listed}
        CORSAllowAnonymous On`,
    star: 'Header always set Access-Control-Allow-Origin *',
};

/* The attributes that the application gives its cookie, those that
 * CORSCookieAttributes gives it, and the browsers in which it then travels
 *   same     from the page to an API of the same site,
 *   cross    from the page to an API of another site,
 *   visited  likewise, when it was set while that other site was visited. */
const all = ['chrome', 'blocking', 'firefox', 'webkit'];
const partitioning = ['chrome', 'blocking', 'firefox'];
const travels = [
    { set: '', given: 'unchanged',
        same: all, cross: ['firefox'], visited: [] },
    { set: 'SameSite=Lax', given: 'unchanged',
        same: all, cross: [], visited: [] },
    { set: 'SameSite=Strict; HttpOnly', given: 'unchanged',
        same: all, cross: [], visited: [] },
    { set: '', given: 'SameSite=None Secure',
        same: all, cross: ['chrome', 'firefox'], visited: ['chrome'] },
    { set: 'SameSite=Lax', given: 'SameSite=None Secure',
        same: all, cross: ['chrome', 'firefox'], visited: ['chrome'] },
    { set: '', given: 'SameSite=None Secure Partitioned',
        same: all, cross: partitioning, visited: [] },
    { set: 'SameSite=Lax', given: 'SameSite=None Secure Partitioned',
        same: all, cross: partitioning, visited: [] },
    { set: 'SameSite=Strict; HttpOnly',
        given: 'SameSite=None Secure Partitioned',
        same: all, cross: partitioning, visited: [] },
];

/* What the log is to warn of: what the strictest browser withholds of the
 * cookies that a page of another site is given. */
const withheld = {
    same: [],
    cross: [...travels.keys()]
        .filter((index) => !travels[index].cross.includes('blocking'))
        .map((index) => `cross${index}`),
    visited: [],
};

const place = (policy) => policy.replaceAll(/[ =]/g, '-');
const setting = (...attributes) => `set?set=${encodeURIComponent(
    [...attributes, 'Path=/'].filter(Boolean).join('; '))}`;
const cookiesOf = ({ cookie }) => cookie.split('; ');

/* A request of the page with cookies. Gives the JSON of its answer. */
const ask = (page, url) => page.evaluate(async (there) =>
    (await fetch(there, { credentials: 'include' })).json(), url);

/* A form-encoded POST of the page, as every page can send one. */
const post = {
    fetch: (page, url) => page.evaluate(async (there) => {
        await fetch(there, {
            method: 'POST', mode: 'no-cors', credentials: 'include',
            body: new URLSearchParams({ amount: 5 }),
        }).catch(() => {});
    }, url),
    form: (page, url) => Promise.all([
        page.waitForNavigation(),
        page.evaluate((there) => {
            const form = document.createElement('form');
            Object.assign(form, { method: 'POST', action: there });
            document.body.append(form);
            form.submit();
        }, url),
    ]),
};

for (const [key, engine] of Object.entries(browsers)) {
    const { title, skip, start, sends, leaks } = engine;
    describe(`cookies in ${title}`, { skip }, () => {
        let opened, sites, page;

        before(async () => {
            opened = await visitSites(Object.fromEntries(
                Object.entries(policies).map(([name, lines]) =>
                    [place(name), lines])), start);
            ({ sites, page } = opened);
        }, { timeout });

        after(() => opened?.stop(), { timeout });

        /* What the backend received for a place since it was told to
         * forget. */
        const received = (policy) => sites.received
            .filter(({ path }) => path.startsWith(`/${policy}/`));
        /* WebKit tells of a form's next page before it has asked for it. */
        const arrived = (policy) => until(`a request to ${policy}`,
            () => received(policy)[0]);
        const forget = () => { sites.received.length = 0; };

        /* The cookies of a column that httpd's log says a word about. */
        const logged = (name) => [...sites.log().matchAll(
            / cookie '(\w+)' for /g)].map(([, cookie]) => cookie)
            .filter((cookie) => cookie.startsWith(name));

        /* Holds a column of the table: `travel` tries one row under a name
         * that no other row uses. */
        function column(name, what, travel) {
            test(`${title}: ${what}`, { timeout }, async () => {
                const found = {};
                const expected = {};
                for (const [index, row] of travels.entries()) {
                    const cookie = `${name}${index}=1`;
                    const label = `${row.set || 'no attribute'}, ${row.given}`;
                    found[label] = cookiesOf(
                        await travel(row, cookie)).includes(cookie);
                    expected[label] = row[name].includes(key);
                }
                assert.deepEqual(found, expected);
                assert.deepEqual(logged(name), withheld[name]);
            });
        }

        column('same', 'cookies to an API of the same site',
            async ({ set, given }, cookie) => {
                const api = `${sites.sister}/${place(given)}`;
                await page.goto(sites.page);
                await ask(page, `${api}/${setting(cookie, set)}`);
                return ask(page, `${api}/read`);
            });

        column('cross', 'cookies to an API of another site',
            async ({ set, given }, cookie) => {
                const api = `${sites.api}/${place(given)}`;
                await page.goto(sites.page);
                await ask(page, `${api}/${setting(cookie, set)}`);
                return ask(page, `${api}/read`);
            });

        column('visited', 'cookies of another site that was visited',
            async ({ set, given }, cookie) => {
                const api = `${sites.api}/${place(given)}`;
                await page.goto(`${api}/${setting(cookie, set)}`);
                await page.goto(sites.page);
                return ask(page, `${api}/read`);
            });

        /* The page that is not listed gets a session at the API: by a
         * request of its own, and by a visit of the person to the API. */
        const session = 'SameSite=None; Secure';
        async function intrude() {
            await page.goto(`${sites.api}/serve/${setting('sid=1', session)}`);
            await page.goto(sites.stranger);
            await post.fetch(page, `${sites.api}/serve/${
                setting('sid=1', session, 'Partitioned')}`);
            forget();
        }

        for (const [way, send] of Object.entries(post)) {
            const along = sends || way === 'form';

            test(`${title}: an unlisted page's POST by ${way} runs ${
                along ? 'with' : 'without'} cookies under Serve`, {
                timeout,
            }, async () => {
                await intrude();
                await send(page, `${sites.api}/serve/transfer`);
                const request = await arrived('serve');
                assert.equal(request.method, 'POST');
                assert.equal(cookiesOf(request).includes('sid=1'), along);
            });

            test(`${title}: an unlisted page's POST by ${way} runs without `
                + 'cookies under StripCredentials', { timeout }, async () => {
                await intrude();
                await send(page, `${sites.api}/strip/transfer`);
                const request = await arrived('strip');
                assert.equal(request.method, 'POST');
                assert.equal(request.cookie, '');
            });

            test(`${title}: an unlisted page's POST by ${way} does not run `
                + 'under Deny', { timeout }, async () => {
                await intrude();
                await send(page, `${sites.api}/deny/transfer`);
                await until('the refusal', () => sites.answered().includes(
                    'POST /deny/transfer 403 origin-not-listed\n'));
                assert.deepEqual(received('deny'), []);
            });
        }

        test(`${title}: an unlisted page plants ${
            sends ? 'a cookie' : 'nothing'} under Serve, nothing `
            + 'under StripCredentials', { timeout }, async () => {
            await page.goto(sites.stranger);
            for (const policy of ['serve', 'strip'])
                await post.fetch(page, `${sites.api}/${policy}/${
                    setting(`${policy}=1`, session, 'Partitioned')}`);
            forget();
            await post.fetch(page, `${sites.api}/serve/read`);
            const request = await arrived('serve');
            assert.equal(cookiesOf(request).includes('serve=1'), sends);
            assert.ok(!cookiesOf(request).includes('strip=1'));
        });

        /* An image is asked for with cookies, in CORS mode where it has a
         * `crossorigin`. A call without them may then take what the browser
         * kept of that answer. */
        async function takeFromCache(policy, crossorigin) {
            await intrude();
            const taken = await page.evaluate(async (url, mode) => {
                const image = new Image();
                image.crossOrigin = mode;
                image.src = url;
                await image.decode().catch(() => {});
                return fetch(url, {
                    credentials: 'omit', cache: 'force-cache',
                }).then((answer) => answer.text(), (error) => `${error}`);
            }, `${sites.api}/${policy}/${crossorigin}.svg`, crossorigin);
            const first = await arrived(policy);
            assert.equal(cookiesOf(first).includes('sid=1'), sends);
            return taken;
        }

        for (const crossorigin of ['use-credentials', null]) {
            test(`${title}: with CORSAllowAnonymous an unlisted page gets no `
                + `cookie-made answer from the cache, image's crossorigin: ${
                    crossorigin}`, { timeout }, async () => {
                assert.doesNotMatch(
                    await takeFromCache('anonymous', crossorigin), /sid=1/);
            });
        }

        /* What the tests above would see without the module. */
        test(`${title}: a mere Allow-Origin * ${
            leaks ? 'lets the cache give it' : 'does no harm here'}`, {
            timeout,
        }, async () => {
            const taken = await takeFromCache('star', null);
            assert.equal(taken.includes('sid=1'), leaks);
        });
    });
}
