/* SPDX-License-Identifier: Apache-2.0
 *
 * WebKitGTK through its WebDriver, in the few words of puppeteer that the
 * tests use. It knows no switch for names or authorities, so it gets
 * /etc/hosts and a list of authorities of its own, in a mount namespace. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { command, freePort, isRoot, temporaryFolder, until }
    from './driver.js';

const authorities = '/etc/ssl/certs/ca-certificates.crt';
const browser = readdirSync('/usr/lib', { withFileTypes: true })
    .map(({ name }) => `/usr/lib/${name}/webkit2gtk-4.1/MiniBrowser`)
    .find((file) => command(file));

export const noWebKit = (!browser || !command('WebKitWebDriver')
        || !command('xvfb-run')) ? 'WebKitGTK, its driver or xvfb is missing'
    : (!isRoot || spawnSync('unshare', ['-m', 'true']).status !== 0)
        && 'only root who may mount gives a process an /etc/hosts of its own';

/* One command of WebDriver; what it gives, or an error. */
async function tell(url, method, body) {
    const answer = await fetch(url, {
        method, body: body && JSON.stringify(body),
        headers: body && { 'Content-Type': 'application/json' },
    });
    const { value } = await answer.json();
    if (!answer.ok)
        throw new Error(`${value.error}: ${value.message}`);
    return value;
}

class Page {
    constructor(session) {
        this.session = session;
        this.told = Promise.resolve();
    }

    /* One command at a time, in the order of the calls: who waits for the
     * next page asks for the one before it is left. */
    tell(path, ...command) {
        const told = this.told.then(() =>
            tell(`${this.session}/${path}`, ...command));
        this.told = told.catch(() => {});
        return told;
    }

    goto(url) {
        return this.tell('url', 'POST', { url });
    }

    url() {
        return this.tell('url', 'GET');
    }

    async evaluate(work, ...args) {
        const script = `const done = arguments[arguments.length - 1];
            Promise.resolve((${work})(...[...arguments].slice(0, -1)))
                .then((value) => done({ value }),
                    (error) => done({ error: String(error) }));`;
        const { value, error } = await this.tell('execute/async', 'POST',
            { script, args });
        if (error)
            throw new Error(error);
        return value;
    }

    async waitForNavigation() {
        const before = await this.url();
        await until('the next page', async () => await this.url() !== before);
    }
}

function spawnDriver(home, port) {
    const child = spawn('unshare', ['-m', 'sh', '-ec',
        `mount --bind ${home}/hosts /etc/hosts
        mount --bind ${home}/authorities ${authorities}
        exec xvfb-run -a WebKitWebDriver --port=${port}`], {
        detached: true, stdio: 'ignore',
        // xvfb-run, when it is killed, leaves its folder behind: in home
        env: { ...process.env, HOME: home, TMPDIR: home },
    });
    return { child, ended: once(child, 'exit') };
}

export async function startWebKit({ hosts, authority }) {
    const home = temporaryFolder('cors-cookies-webkit');
    writeFileSync(join(home.path, 'hosts'),
        `127.0.0.1 localhost ${hosts.join(' ')}\n`);
    writeFileSync(join(home.path, 'authorities'),
        readFileSync(authorities, 'utf8') + readFileSync(authority, 'utf8'));
    const port = await freePort();
    const { child, ended } = spawnDriver(home.path, port);
    const driver = `http://127.0.0.1:${port}`;
    const end = async () => {
        process.kill(-child.pid);
        await ended;
        await pause(200);
        home.remove();
    };
    try {
        await until('WebKitWebDriver', () =>
            fetch(`${driver}/status`).catch(() => false));
        const { sessionId, capabilities } = await tell(`${driver}/session`,
            'POST', { capabilities: { alwaysMatch: {
                'webkitgtk:browserOptions': {
                    binary: browser, args: ['--automation', '--enable-itp'],
                },
            } } });
        const session = `${driver}/session/${sessionId}`;
        return {
            browser: {
                newPage: async () => new Page(session),
                version: async () => capabilities.browserVersion,
            },
            stop: async () => {
                await tell(session, 'DELETE');
                await end();
            },
        };
    }
    catch (error) {
        await end();
        throw error;
    }
}
