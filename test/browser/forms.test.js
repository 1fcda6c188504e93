/* SPDX-License-Identifier: Apache-2.0
 *
 * The forms of the site itself, under Deny: what their POST says of where it
 * comes from, over https and over plain http. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { noChromium, noFirefox, startChromium, startFirefox, until }
    from './driver.js';
import { visitSites } from './sites.js';
import { noWebKit, startWebKit } from './webkit.js';

const timeout = 60_000;

const browsers = {
    Chromium: { skip: noChromium, start: startChromium },
    Firefox: { skip: noFirefox, start: startFirefox },
    WebKitGTK: { skip: noWebKit, start: startWebKit },
};

/* Over https browsers send Sec-Fetch-Site, which says it all. Over http they
 * do not, and under no-referrer the Origin is null. */
const rows = [
    { over: 'api', referrer: 'no-referrer', answer: '200 ok' },
    { over: 'api', referrer: 'same-origin', answer: '200 ok' },
    { over: 'plain', referrer: 'no-referrer', answer: '403 origin-null' },
    { over: 'plain', referrer: 'same-origin', answer: '200 ok' },
];

/* Runs in the page. It goes once the page's script has ended. */
function submit(there, policy) {
    const meta = document.createElement('meta');
    const form = document.createElement('form');

    Object.assign(meta, { name: 'referrer', content: policy });
    Object.assign(form, { method: 'POST', action: there });
    document.head.append(meta);
    document.body.append(form);
    setTimeout(() => form.submit(), 100);
}

for (const [title, { skip, start }] of Object.entries(browsers)) {
    describe(`forms in ${title}`, { skip }, () => {
        let opened, sites, page;

        before(async () => {
            opened = await visitSites(Object.fromEntries(
                rows.map((row, index) => [`deny${index}`,
                    'CORSAllowOrigin PAGE\nCORSDisallowedOrigin Deny'])),
                start);
            ({ sites, page } = opened);
        }, { timeout });

        after(() => opened?.stop(), { timeout });

        for (const [index, { over, referrer, answer }] of rows.entries()) {
            test(`${title}: the site's own POST over ${
                over === 'api' ? 'https' : 'http'}, Referrer-Policy: ${
                referrer}: ${answer}`, { timeout }, async () => {
                const path = `/deny${index}/transfer`;
                await page.goto(`${sites[over]}/`);
                await Promise.all([
                    page.waitForNavigation(),
                    page.evaluate(submit, path, referrer),
                ]);
                const line = await until('an answer', () => sites.answered()
                    .split('\n').find((one) => one.includes(path)));
                assert.equal(line, `POST ${path} ${answer}`);
            });
        }
    });
}
