/* SPDX-License-Identifier: Apache-2.0
 *
 * What docs/troubleshooting.md says that Chromium's console says, it says:
 * each of these sentences is brought about, and none is left out. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { noChromium, startChromium, top, until } from './driver.js';
import { visitSites } from './sites.js';

const timeout = 60_000;

/* The first sentence of each row of the table: Chromium's. */
function quotedSentences() {
    const text = readFileSync(join(top, 'docs/troubleshooting.md'), 'utf8');
    const table = text.match(/^## By what the console says[^]*?^## /m)[0];
    const cells = [...table.matchAll(/^\| (.*?) \| .* \|$/gm)]
        .map(([, cell]) => cell.split('<br>')[0]);

    return cells.map((cell) => cell.match(/``(.*)``|`(.*?)`/))
        .filter((found) => found && !found[0].includes('Preflight response'))
        .map((found) => (found[1] ?? found[2]).trim());
}

const sends = (name, value) =>
    `Header always add Access-Control-Allow-${name} ${value}`;
const policies = {
    closed: 'CORSAllowOrigin https://admin.example.com',
    listed: 'CORSAllowOrigin PAGE',
    careless: 'CORSAllowOrigin PAGE\nCORSAllowCredentials Off',
    star: sends('Origin', '*'),
    doubled: `${sends('Origin', 'PAGE')}\n${sends('Origin', 'PAGE')}`,
    slash: sends('Origin', 'PAGE/'),
    guarded: `Require all denied
        ${sends('Origin', 'PAGE')}\n${sends('Credentials', 'true')}`,
    bare: '',
};

/* What the page calls, with which request of fetch's, and the beginning of
 * the sentence that this brings about. */
const calls = [
    { path: '/closed/me', begins: "No 'Access-Control-Allow-Origin'" },
    { path: '/listed/me?to=LOGIN/start', begins: 'Access to fetch at' },
    { path: '/listed/me', method: 'PATCH', begins: 'Method PATCH' },
    { path: '/listed/me', headers: { 'X-Foo': '1' },
        begins: 'Request header field' },
    { path: '/careless/me',
        begins: "The value of the 'Access-Control-Allow-Credentials'" },
    { path: '/star/me',
        begins: "The value of the 'Access-Control-Allow-Origin'" },
    { path: '/doubled/me',
        begins: "The 'Access-Control-Allow-Origin' header contains" },
    { path: '/slash/me',
        begins: "The 'Access-Control-Allow-Origin' header has" },
    { path: '/guarded/me', method: 'PUT', begins: 'It does not have' },
    { path: '/bare/me?to=LOGIN/', method: 'PUT', begins: 'Redirect is not' },
    { host: 'https://localhost:PORT', begins: 'Failed to load resource' },
    { host: 'http://api.other.test:1080', begins: 'Mixed Content' },
];

/* With the names of the documents. */
function rename(message, sites) {
    return [[sites.page, 'https://app.example.com'],
        [sites.api, 'https://api.example.com'],
        [sites.neighbour, 'https://login.example.net'],
        ['/listed/', '/'], [/\?to=\S*?'/g, "'"], ['`loopback`', '`local`']]
        .reduce((text, [from, to]) => text.replaceAll(from, to), message);
}

describe('what Chromium says', { skip: noChromium }, () => {
    const quotes = quotedSentences();
    const said = new Set();
    let opened, sites;

    /* To this Chromium the sites over https are of the internet. */
    before(async () => {
        opened = await visitSites(policies, ({ port, ...options }) =>
            startChromium({ ...options, switches: [
                `--ip-address-space-overrides=127.0.0.1:${port}=public`] }));
        ({ sites } = opened);
    }, { timeout });

    after(() => opened?.stop(), { timeout });

    /* Calls it from a page, and waits for the sentence in the console. */
    async function hear(begins, url, request) {
        const quote = quotes.find((one) => one.startsWith(begins));
        const page = await opened.browser.newPage();
        const heard = [];

        page.on('console', (message) =>
            heard.push(rename(message.text(), sites)));
        await page.goto(`${sites.page}/`);
        await page.evaluate((there, options) => fetch(there, options)
            .catch(() => undefined), url,
        { credentials: 'include', ...request });
        await until(quote, () => heard.some((text) =>
            text.includes(quote.replace(/…$/, ''))));
        await page.close();
        said.add(quote);
    }

    for (const { path = '/', host, begins, ...request } of calls) {
        test(`${host ?? ''}${path}: ${begins}`, { timeout }, async () => {
            const port = new URL(sites.api).port;
            const url = (host?.replace('PORT', port) ?? sites.api)
                + path.replace('LOGIN', sites.neighbour);
            await hear(begins, url, request);
        });
    }

    test('a server of the own machine', { timeout }, async () => {
        await hear('Permission was denied',
            sites.plain.replace('api.other.test', '127.0.0.1'));
    });

    test('no sentence is left out', () => {
        assert.deepEqual([...said].sort(), [...quotes].sort());
    });
});
