/* SPDX-License-Identifier: Apache-2.0
 *
 * CORSFetchMetadata over https: what each browser says of a request without
 * Origin, and what becomes of it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { noChromium, noFirefox, startChromium, startFirefox, until }
    from './driver.js';
import { visitSites } from './sites.js';
import { noWebKit, startWebKit } from './webkit.js';

const timeout = 60_000;

const chromium = (mode) => (options) => startChromium({
    ...options, preferences: { profile: { cookie_controls_mode: mode } },
});
/* `sends`: cookies to a site that the page is not of. `sheets`: a style
 * sheet's images come from the sheet, not from the page. `passed`: the mode
 * and destination of a page that a service worker passes on, `framed`: in a
 * frame of the same site, too. `boxes`: a sandboxed frame's requests name the
 * origin that it would have.
 * `speculates`: speculation rules reach other hosts of the site. */
const blink = { sends: true, originOfFonts: true, prefetches: true,
    sheets: true, passed: ['navigate', 'empty'], framed: true,
    boxes: false, speculates: true };
const browsers = {
    chrome: { title: 'Chromium, set as Chrome is', skip: noChromium,
        start: chromium(2), ...blink },
    blocking: { title: 'Chromium that blocks third-party cookies',
        skip: noChromium, start: chromium(1), ...blink },
    firefox: { title: 'Firefox', skip: noFirefox, start: startFirefox,
        sends: true, originOfFonts: true, prefetches: true,
        sheets: true, passed: ['same-origin', 'empty'], framed: true,
        boxes: true, speculates: false },
    webkit: { title: 'WebKitGTK', skip: noWebKit, start: startWebKit,
        sends: false, originOfFonts: false, prefetches: false,
        sheets: false, passed: ['navigate', 'empty'], framed: false,
        boxes: true, speculates: false,
        noWindow: 'no script of the driver may open a window' },
};

const judged = `CORSAllowOrigin PAGE
    CORSFetchMetadata On
    CORSDisallowedOrigin`;
const policies = {
    open: 'CORSAllowOrigin PAGE',
    strip: `${judged} StripCredentials`,
    deny: `${judged} Deny`,
};

/* How a page loads something, by the end of its name. */
const elements = {
    'image.svg': (url) => { new Image().src = url; },
    'script.js': (url) => {
        document.head.append(Object.assign(
            document.createElement('script'), { src: url }));
    },
    'style.css': (url) => {
        document.head.append(Object.assign(
            document.createElement('link'), { rel: 'stylesheet', href: url }));
    },
    'frame.html': (url) => {
        document.body.append(Object.assign(
            document.createElement('iframe'), { src: url }));
    },
    'object.html': (url) => {
        document.body.append(Object.assign(
            document.createElement('object'), { data: url }));
    },
    'embed.html': (url) => {
        document.body.append(Object.assign(
            document.createElement('embed'), { src: url }));
    },
    'media.wav': (url) => {
        const media = document.createElement('audio');
        Object.assign(media, { preload: 'auto', src: url });
        document.body.append(media);
        media.load();
    },
    'fetch.json': (url) => {
        fetch(url, { mode: 'no-cors', credentials: 'include' })
            .catch(() => {});
    },
    'font.woff2': (url) => {
        new FontFace('f', `url(${url})`).load().catch(() => {});
    },
    'prefetch.html': (url) => {
        document.head.append(Object.assign(
            document.createElement('link'), { rel: 'prefetch', href: url }));
    },
};

/* Who has a page, and what becomes of what it loads under Deny and under
 * StripCredentials. A script's `fetch` goes without a Referer, too, where
 * the page hides it. */
const refused = {
    deny: (reason) => `403 ${reason}, kept back`,
    strip: (reason, ahead) => ahead ? `403 ${reason}, kept back`
        : `200 ${reason}, without cookie`,
};
const pages = {
    listed: { at: (sites) => `${sites.page}/` },
    hidden: { at: (sites) => `${sites.page}/?referrer=no-referrer`,
        reason: 'origin-missing' },
    stranger: { at: (sites) => `${sites.stranger}/`,
        reason: 'origin-not-listed' },
    neighbour: { at: (sites) => `${sites.neighbour}/`,
        reason: 'origin-not-listed' },
};

/* WebKit asks for fonts without Origin, and for no prefetch. */
function expectation(engine, who, place, name) {
    const { reason } = pages[who];
    const withOrigin = name === 'font.woff2' && engine.originOfFonts;
    if (!reason || (withOrigin && who === 'hidden'))
        return withOrigin ? '200 ok, without cookie'
            : `200 ok, ${engine.sends ? 'with' : 'without'} cookie`;
    return refused[place](reason, name === 'prefetch.html');
}

const session = 'sid=1; Path=/; SameSite=None; Secure';
const setting = (...attributes) => `set?set=${encodeURIComponent(
    [session, ...attributes].join('; '))}`;
const query = (values) => `?${new URLSearchParams(values)}`;

for (const engine of Object.values(browsers)) {
    const { title, skip, start, sends, speculates } = engine;
    describe(`requests without Origin in ${title}`, { skip }, () => {
        let opened, sites, page;

        before(async () => {
            opened = await visitSites(policies, start);
            ({ sites, page } = opened);
        }, { timeout });

        after(() => opened?.stop(), { timeout });

        /* A session at the API: of a visit there, and of the page at `url`,
         * which is open then. */
        async function visit(url) {
            await page.goto(`${sites.api}/open/${setting()}`);
            await page.goto(url);
            await page.evaluate((there) => fetch(there, {
                mode: 'no-cors', credentials: 'include',
            }).then(() => true),
            `${sites.api}/open/${setting('Partitioned')}`);
        }

        /* The page that the user goes to, once it is there. */
        const arrive = (path) => until(`arrival at ${path}`, async () =>
            new URL(await page.url()).pathname === path);

        const asked = (path) => until(`a request for ${path}`, () =>
            sites.asked().find((entry) => entry.path === path));

        /* What became of the request for a path, in words. */
        async function outcome(path) {
            const { status, reason } = await asked(path);
            const got = sites.received.find((entry) => entry.path === path);
            const cookie = got?.cookie.includes('sid=1');
            return `${status} ${reason}, ${got
                ? `${cookie ? 'with' : 'without'} cookie` : 'kept back'}`;
        }

        /* One after the other, lest a browser puts one of them off. */
        async function load(name, url) {
            await page.evaluate(elements[name], url);
            await asked(new URL(url).pathname);
        }

        const known = Object.keys(elements)
            .filter((name) => engine.prefetches || name !== 'prefetch.html');

        for (const [who, { at }] of Object.entries(pages))
            for (const place of ['deny', 'strip'])
                test(`${title}: what a page loads, ${who}, ${place}`, {
                    timeout,
                }, async () => {
                    await visit(at(sites));
                    const found = {};
                    const expected = {};
                    for (const name of known) {
                        const path = `/${place}/${who}-${name}`;
                        await load(name, `${sites.api}${path}`);
                        found[name] = await outcome(path);
                        expected[name] = expectation(engine, who, place,
                            name);
                    }
                    assert.deepEqual(found, expected);
                });

        test(`${title}: a page that hides its origin may name it at an `
            + 'element', { timeout }, async () => {
            await visit(pages.hidden.at(sites));
            const found = await page.evaluate((api) => Promise.all([
                { crossOrigin: 'use-credentials' },
                { referrerPolicy: 'origin' },
            ].map((attribute, index) => new Promise((resolve) => {
                const image = Object.assign(new Image(), attribute);
                image.onload = () => resolve('shown');
                image.onerror = () => resolve('not shown');
                image.src = `${api}/deny/named${index}.svg`;
            }))), sites.api);
            assert.deepEqual(found, ['shown', 'shown']);
            assert.equal((await asked('/deny/named0.svg')).result, 'allowed');
            assert.equal((await asked('/deny/named1.svg')).result,
                'embedded');
        });

        /* A page behind others draws nothing and fetches nothing ahead. */
        async function closeWindows() {
            for (const other of await opened.browser.pages?.() ?? [])
                if (other !== page)
                    await other.close();
            await page.bringToFront?.();
        }

        /* The user goes to a page: served, and logged in. */
        const ways = {
            link: (url) => {
                const link = document.createElement('a');
                link.href = url;
                document.body.append(link);
                link.click();
            },
            form: (url) => {
                const form = document.createElement('form');
                Object.assign(form, { method: 'GET', action: url });
                document.body.append(form);
                form.submit();
            },
            window: (url) => { window.open(url); },
        };
        for (const [way, go] of Object.entries(ways))
            for (const who of ['stranger', 'hidden', 'neighbour'])
                test(`${title}: a page that the user goes to, by ${way}, ${
                    who}`, {
                    timeout, skip: way === 'window' && engine.noWindow,
                }, async () => {
                    await visit(pages[who].at(sites));
                    const path = `/deny/${way}-${who}.html`;
                    await page.evaluate(go, `${sites.api}${path}`);
                    if (way !== 'window')
                        await arrive(path);
                    assert.equal(await outcome(path),
                        '200 -, with cookie');
                    const { mode, dest } = await asked(path);
                    assert.deepEqual([mode, dest], ['navigate', 'document']);
                    if (way === 'window')
                        await closeWindows();
                });

        test(`${title}: redirects keep the origin of the page that loads`, {
            timeout,
        }, async () => {
            const through = (host, path) => `${host}/through.svg${query({
                to: `${sites.api}${path}` })}`;
            await visit(`${sites.page}/`);
            await page.evaluate(elements['image.svg'],
                through(sites.stranger, '/deny/from-listed.svg'));
            assert.equal(await outcome('/deny/from-listed.svg'),
                `200 ok, ${sends ? 'with' : 'without'} cookie`);
            await visit(`${sites.stranger}/`);
            await page.evaluate(elements['image.svg'],
                through(sites.page, '/deny/from-stranger.svg'));
            assert.equal(await outcome('/deny/from-stranger.svg'),
                '403 origin-not-listed, kept back');
            await page.goto(`${sites.api}/deny/own.html`);
            await page.evaluate(elements['image.svg'],
                through(sites.stranger, '/deny/comes-back.svg'));
            assert.match(await outcome('/deny/comes-back.svg'), /^200 -, /);
            assert.equal((await asked('/deny/comes-back.svg')).site,
                'cross-site');
        });

        test(`${title}: a listed page's style sheet travels with a stranger`, {
            timeout,
        }, async () => {
            const sheet = `${sites.page}/sheet.css${query({ say:
                `body { background: url(${sites.api}/deny/sheet.svg) }` })}`;
            await visit(`${sites.stranger}/`);
            await page.evaluate(elements['style.css'], sheet);
            assert.match(await outcome('/deny/sheet.svg'), engine.sheets
                ? /^200 ok, / : /^403 origin-not-listed, /);
        });

        test(`${title}: a sandboxed frame of a listed page names ${
            engine.boxes ? 'its origin' : 'nobody'}`, {
            timeout,
        }, async () => {
            await visit(`${sites.page}/`);
            await page.evaluate((url) => {
                const frame = document.createElement('iframe');
                frame.setAttribute('sandbox', '');
                frame.src = url;
                document.body.append(frame);
            }, `${sites.page}/box.html${query({ say:
                `<img src="${sites.api}/deny/boxed.svg">` })}`);
            assert.match(await outcome('/deny/boxed.svg'), engine.boxes
                ? /^200 ok, / : /^403 origin-missing, /);
        });

        /* Has pages of the API fetched ahead, by a page of the same site. */
        async function speculate(action, path) {
            await visit(`${sites.neighbour}/`);
            await page.evaluate((url, how) => {
                const rules = document.createElement('script');
                rules.type = 'speculationrules';
                rules.textContent = JSON.stringify({ [how]: [{
                    source: 'list', urls: [url], eagerness: 'immediate',
                }] });
                document.head.append(rules);
            }, `${sites.api}${path}`, action);
        }

        for (const place of ['deny', 'strip'])
            for (const action of ['prefetch', 'prerender']) {
                const path = `/${place}/${action}.html`;
                if (speculates)
                    test(`${title}: a ${action} by speculation rules, ${
                        place}`, { timeout }, async () => {
                        await speculate(action, path);
                        assert.equal(await outcome(path),
                            '403 origin-not-listed, kept back');
                        const { site, purpose } = await asked(path);
                        assert.deepEqual([site, purpose.split(';').pop()],
                            ['none', action]);
                        // and the page itself, once the user goes there
                        await page.evaluate(ways.link, `${sites.api}${path}`);
                        await arrive(path);
                        await until(`${path} at the API`, () =>
                            sites.received.some((entry) => entry.path === path
                                && /sid=1/.test(entry.cookie)));
                    });
                else    // newer WebKits know the rules, for their own host
                    test(`${title}: no ${action} by speculation rules, ${
                        place}`, { timeout }, async () => {
                        await speculate(action, path);
                        await pause(1000);
                        assert.ok(!sites.asked().some((entry) =>
                            entry.path === path));
                    });
            }

        /* Registers a worker that passes all on, and waits until it rules
         * the page. */
        const worker = `self.addEventListener('install', () => skipWaiting());
            self.addEventListener('activate', (event) =>
                event.waitUntil(clients.claim()));
            self.addEventListener('fetch', (event) =>
                event.respondWith(fetch(event.request)));`;
        const register = (folder) => page.evaluate(async (script) => {
            const ruled = new Promise((resolve) => {
                navigator.serviceWorker.oncontrollerchange = resolve;
            });
            await navigator.serviceWorker.register(script);
            await ruled;
        }, `${folder}worker.js${query({ say: worker })}`);

        test(`${title}: a page's service worker changes nothing`, {
            timeout,
        }, async () => {
            for (const [who, expected] of [
                ['listed', `200 ok, ${sends ? 'with' : 'without'} cookie`],
                ['stranger', '403 origin-not-listed, kept back']]) {
                await visit(pages[who].at(sites));
                await register('/');
                for (const name of ['image.svg', 'fetch.json']) {
                    const path = `/deny/worker-${who}-${name}`;
                    await load(name, `${sites.api}${path}`);
                    assert.equal(await outcome(path), expected, path);
                }
            }
        });

        test(`${title}: the site's own service worker may pass navigations `
            + 'on', { timeout }, async () => {
            await page.goto(`${sites.api}/deny/home.html`);
            await register('/deny/');
            await visit(`${sites.stranger}/`);
            const path = '/deny/passed.html';
            await page.evaluate(ways.link, `${sites.api}${path}`);
            await arrive(path);
            assert.equal(await outcome(path), '200 -, with cookie');
            const { mode, dest } = await asked(path);
            assert.deepEqual([mode, dest], engine.passed);
            await visit(`${sites.stranger}/`);
            await load('frame.html', `${sites.api}/deny/framed-stranger.html`);
            assert.equal(await outcome('/deny/framed-stranger.html'),
                '403 origin-not-listed, kept back');
            await visit(`${sites.neighbour}/`);
            await load('frame.html',
                `${sites.api}/deny/framed-neighbour.html`);
            // nothing tells it from a navigation: frame-ancestors does
            assert.match(await outcome('/deny/framed-neighbour.html'),
                engine.framed ? /^200 -, / : /^403 origin-not-listed, /);
        });
    });
}
