/* SPDX-License-Identifier: Apache-2.0
 *
 * What the browser tests share: processes, browsers, folders. Everything that
 * is started here is stopped by the function that its starter returns. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

export const top = fileURLToPath(new URL('../..', import.meta.url));
export const isRoot = process.getuid() === 0;

/* The first of these commands that PATH has, or undefined. */
function command(...names) {
    const paths = process.env.PATH.split(':');
    return names.flatMap((name) => paths.map((path) => join(path, name)))
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

/* For a test's `skip`: false, or why it cannot run here. Where CI says that
 * everything is installed, a missing browser is a failure. */
export const noChromium = !chromium && process.env.CI !== 'true'
    && 'Chromium is not installed';

export function temporaryFolder(name) {
    const path = mkdtempSync(join(isRoot ? '/tmp' : tmpdir(), `${name}.`));
    return { path, remove: () => rmSync(path, { recursive: true }) };
}

/* A headless Chromium with an empty profile and a home of its own. */
export async function startChromium(options = {}) {
    if (!chromium)
        throw new Error('Chromium is not installed');
    const home = temporaryFolder('cors-cookies-chromium');
    const browser = await puppeteer.launch({
        executablePath: chromium,
        headless: true,
        env: { ...process.env, HOME: home.path },
        ...options,
        args: [
            ...isRoot ? ['--no-sandbox'] : [],
            '--disable-gpu', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update',
            '--disable-sync', ...options.args ?? [],
        ],
    });
    return {
        browser,
        stop: async () => {
            await browser.close();
            home.remove();
        },
    };
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

/* Starts demo/run (another copy of it by `run`). `urls` are page, API and
 * page that is not listed, in the order in which it prints them. */
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
