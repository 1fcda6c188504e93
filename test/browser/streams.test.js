/* SPDX-License-Identifier: Apache-2.0
 *
 * Server-sent events, beacons and media of another origin, with the policies
 * of the recipes event-streams.conf and media.conf. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { noChromium, noFirefox, startChromium, startFirefox, top, until }
    from './driver.js';
import { visitSites } from './sites.js';
import { noWebKit, startWebKit } from './webkit.js';

const timeout = 60_000;

const browsers = {
    Chromium: { skip: noChromium, start: startChromium },
    Firefox: { skip: noFirefox, start: startFirefox },
    WebKitGTK: { skip: noWebKit, start: startWebKit },
};

/* The module's lines of each <Location> of a recipe, by its name. */
function policiesOf(recipe) {
    const text = readFileSync(join(top, 'conf/recipes', recipe), 'utf8');
    const places = text.matchAll(
        /^<Location "\/(\w+)">\n([^]*?)^<\/Location>/gm);

    return Object.fromEntries([...places].map(([, name, lines]) => [name,
        lines.match(/^ *CORS.*/gm).join('\n')
            .replaceAll('https://app.example.com', 'PAGE')]));
}

const policies = {
    ...policiesOf('event-streams.conf'), ...policiesOf('media.conf'),
};
policies.lost = policies.beacon.replace(/CORSAllowHeaders.*/, '');

/* These run in the page. */
function listen(there) {
    return new Promise((resolve, reject) => {
        const events = new EventSource(there, { withCredentials: true });

        events.onmessage = ({ data }) => { events.close(); resolve(data); };
        events.onerror = () => { events.close(); reject(Error('no event')); };
    });
}

function beacon(there) {
    return navigator.sendBeacon(there,
        new Blob(['{}'], { type: 'application/json' }));
}

function play(there) {
    const video = document.createElement('video');

    Object.assign(video, { crossOrigin: 'use-credentials', src: there });
    document.body.append(video);
    video.load();
}

async function readPiece(there) {
    const answer = await fetch(there, {
        credentials: 'include',
        headers: { Range: 'bytes=0-3', 'If-Range': '"a"' },
    });
    return answer.status;
}

for (const [title, { skip, start }] of Object.entries(browsers)) {
    describe(`streams in ${title}`, { skip }, () => {
        let opened, sites, page;

        before(async () => {
            opened = await visitSites(policies, start);
            ({ sites, page } = opened);
            await page.goto(`${sites.page}/`);
        }, { timeout });

        after(() => opened?.stop(), { timeout });

        const seen = (line) => until(line, () =>
            sites.answered().split('\n').includes(line));

        test(`${title}: an event arrives`, { timeout }, async () => {
            const say = encodeURIComponent('data: hello\n\n');
            assert.equal(await page.evaluate(listen,
                `${sites.api}/events/a.events?say=${say}`), 'hello');
        });

        test(`${title}: a beacon of JSON needs Content-Type`, { timeout },
            async () => {
                assert(await page.evaluate(beacon, `${sites.api}/lost/a`));
                await seen('OPTIONS /lost/a 204 header-not-listed');
                assert(await page.evaluate(beacon, `${sites.api}/beacon/a`));
                await seen('POST /beacon/a 200 ok');
                assert(!sites.answered().includes('POST /lost/a'));
            });

        test(`${title}: media ask with an Origin, scripts for pieces`,
            { timeout }, async () => {
                await page.evaluate(play, `${sites.api}/films/a.wav`);
                await seen('GET /films/a.wav 200 ok');
                assert.equal(await page.evaluate(readPiece,
                    `${sites.api}/films/b.wav`), 200);
            });
    });
}
