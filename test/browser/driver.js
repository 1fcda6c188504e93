/* SPDX-License-Identifier: Apache-2.0
 *
 * What the browser tests share: processes, browsers, folders. Everything that
 * is started here is stopped by the function that its starter returns. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync,
    writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

export const top = fileURLToPath(new URL('../..', import.meta.url));
export const isRoot = process.getuid() === 0;

/* The first of these commands that is there, in PATH or by its whole name. */
export function command(...names) {
    const paths = process.env.PATH.split(':');
    return names.flatMap((name) => paths.map((path) => resolve(path, name)))
        .find((file) => {
            try {
                accessSync(file, constants.X_OK);
                return true;
            }
            catch {
                return false;
            }
        });
}

const chromium = process.env.CHROMIUM
    ?? command('chromium', 'chromium-browser', 'google-chrome');
const firefox = process.env.FIREFOX ?? command('firefox-esr', 'firefox');

/* For a test's `skip`: false, or why it cannot run here. Every system has
 * Chromium: where CI is said to have it all, a missing one is a failure. */
export const noChromium = !chromium && process.env.CI !== 'true'
    && 'Chromium is not installed';
export const noFirefox = !firefox && 'Firefox is not installed';

export function temporaryFolder(name) {
    const path = mkdtempSync(join(isRoot ? '/tmp' : tmpdir(), `${name}.`));
    return { path, remove: () => rmSync(path, {
        recursive: true, force: true, maxRetries: 10 }) };
}

/* A port of 127.0.0.1 that was free just now. */
export async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    return port;
}

/* Makes a certificate authority known to the NSS database in `folder`. */
function trust(folder, authority) {
    mkdirSync(folder, { recursive: true });
    const database = ['-d', `sql:${folder}`];
    execFileSync('certutil', [...database, '-N', '--empty-password']);
    execFileSync('certutil', [...database, '-A', '-n', 'the test',
        '-t', 'C,,', '-i', authority]);
}

async function start(executable, name, home, options) {
    if (!executable) {
        home.remove();
        throw new Error(`${name} is not installed`);
    }
    const browser = await puppeteer.launch({
        executablePath: executable,
        headless: true,
        userDataDir: join(home.path, 'profile'),
        env: { ...process.env, HOME: home.path },
        ...options,
    });
    return {
        browser,
        stop: async () => {
            await browser.close();
            home.remove();
        },
    };
}

/* Both browsers start with an empty profile in a home of their own. `hosts`
 * are names that mean 127.0.0.1, `authority` is the file of a certificate
 * authority to trust, `preferences` are the profile's, `switches` Chromium's
 * own. */
export function startChromium({ hosts = [], authority, preferences,
    switches = [] } = {}) {
    const home = temporaryFolder('cors-cookies-chromium');
    if (authority)
        trust(join(home.path, '.pki/nssdb'), authority);
    if (preferences) {
        const folder = join(home.path, 'profile/Default');
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'Preferences'),
            JSON.stringify(preferences));
    }
    const rules = hosts.map((host) => `MAP ${host} 127.0.0.1`);
    return start(chromium, 'Chromium', home, {
        args: [
            ...isRoot ? ['--no-sandbox'] : [],
            '--disable-gpu', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update',
            '--disable-sync', `--host-resolver-rules=${rules}`,
            ...switches,
        ],
    });
}

export function startFirefox({ hosts = [], authority, preferences } = {}) {
    const home = temporaryFolder('cors-cookies-firefox');
    if (authority)
        trust(join(home.path, 'profile'), authority);
    return start(firefox, 'Firefox', home, {
        browser: 'firefox',
        extraPrefsFirefox: {
            'network.dns.localDomains': hosts.join(','),
            ...preferences,
        },
    });
}

/* Waits until probe() gives something true, and gives that. */
export async function until(what, probe) {
    for (let tries = 0; tries < 200; tries++) {
        const found = await probe();
        if (found)
            return found;
        await pause(50);
    }
    throw new Error(`waited in vain for ${what}`);
}

/* Starts demo/run (another copy of it by `run`). `urls` are page, API,
 * page that is not listed, and the API as another site. */
export async function startDemo({ run = join(top, 'demo/run'), env } = {}) {
    const child = spawn(run, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...env },
    });
    const ended = once(child, 'exit');
    let output = '';
    for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data) => { output += data; });

    const urls = await until('the addresses of the demo', () => {
        if (child.exitCode !== null)
            throw new Error(`demo/run ended: ${output}`);
        return output.includes('Ctrl-C') && output.match(/http:\S+/g);
    });
    return {
        urls,
        pid: child.pid,
        stop: async (signal = 'SIGINT') => {
            child.kill(signal);
            const [status] = await ended;
            return { status, output };
        },
    };
}
