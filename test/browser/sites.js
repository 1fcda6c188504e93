/* SPDX-License-Identifier: Apache-2.0
 *
 * Sites over https: a page, an API of its own site, an API of another site
 * with a neighbour on that site, and a page that nobody lists; and that API
 * once more, over plain http. Their names mean 127.0.0.1 and are served by
 * httpd with this module in front of a backend that keeps what reaches it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort, isRoot, temporaryFolder, top, until } from './driver.js';

const names = {
    page: 'www.app.test',
    sister: 'api.app.test',
    api: 'api.other.test',
    neighbour: 'www.other.test',
    stranger: 'www.third.test',
};
const hosts = Object.values(names);

const types = {
    '.svg': 'image/svg+xml', '.js': 'text/javascript', '.css': 'text/css',
    '.html': 'text/html', '.woff2': 'font/woff2', '.wav': 'audio/wav',
    '.events': 'text/event-stream',
};

/* What an application does: it sets the cookies it is asked for, and its
 * answer depends on those that arrive. Pages and files say what `say` tells
 * them, with the Referrer-Policy `referrer`; `to` redirects. It knows nothing
 * of CORS. */
function respond(request, response, received) {
    const { pathname, searchParams } = new URL(request.url, 'http://backend');
    const cookie = request.headers.cookie ?? '';
    const type = pathname === '/' ? 'text/html'
        : types[pathname.match(/\.\w+$/)?.[0]];
    received.push({ method: request.method, path: pathname, cookie });
    for (const value of searchParams.getAll('set'))
        response.appendHeader('Set-Cookie', value);
    if (searchParams.has('referrer'))
        response.setHeader('Referrer-Policy', searchParams.get('referrer'));
    if (searchParams.has('to')) {
        response.writeHead(302, { Location: searchParams.get('to') });
        response.end();
    }
    else if (pathname.endsWith('.svg')) {
        response.setHeader('Content-Type', type);
        response.setHeader('Cache-Control', 'max-age=600');
        response.end('<svg xmlns="http://www.w3.org/2000/svg" width="9" '
            + `height="9"><title>for ${cookie}</title></svg>`);
    }
    else if (type) {
        response.setHeader('Content-Type', type);
        response.end(searchParams.get('say')
            ?? (type === 'text/html' ? '<!doctype html><title>a page</title>'
                : ''));
    }
    else {
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ cookie }));
    }
}

async function startBackend() {
    const received = [];
    const server = createServer((request, response) =>
        respond(request, response, received));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
        received,
        port: server.address().port,
        stop: () => {
            server.closeAllConnections();
            server.close();
        },
    };
}

/* A certificate authority, and one certificate for all the names. */
function certify(folder) {
    const openssl = (...words) => execFileSync('openssl', words,
        { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
        '-nodes', '-batch'];
    writeFileSync(join(folder, 'names'), 'subjectAltName='
        + `${hosts.map((host) => `DNS:${host}`)}\n`
        + 'extendedKeyUsage=serverAuth\n');
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem',
        '-subj', '/CN=authority of the test', '-days', '2');
    openssl('req', ...key, '-keyout', 'site.key', '-out', 'site.csr',
        '-subj', `/CN=${names.page}`);
    openssl('x509', '-req', '-in', 'site.csr', '-CA', 'ca.pem',
        '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'site.pem',
        '-days', '2', '-extfile', 'names');
    return join(folder, 'ca.pem');
}

const modules = ['mpm_event', 'authz_core', 'headers', 'proxy', 'proxy_http',
    'ssl', 'unixd', 'log_config'];

function configuration({ folder, port, plain, backend, policies, libexec,
    built }) {
    const load = modules.filter((name) => !built.includes(`mod_${name}.c`))
        .map((name) => `LoadModule ${name}_module ${libexec}/mod_${name}.so`);
    const module = process.env.MODULE
        ?? join(top, '.libs/mod_cors_cookies.so');
    const places = Object.entries(policies).map(([name, lines]) => `
    <Location "/${name}">
        ${lines.replaceAll('PAGE', `https://${names.page}:${port}`)}
    </Location>`).join('');
    return `
${load.join('\n')}
LoadModule cors_cookies_module ${module}
${isRoot ? 'User #65534\nGroup #65534' : ''}
ServerName ${names.page}
Listen 127.0.0.1:${port}
Listen 127.0.0.1:${plain}
PidFile ${folder}/httpd.pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/error.log
LogLevel warn cors_cookies:info
CustomLog ${folder}/access.log "%m %U %>s %{CORS_REASON}e"
CustomLog ${folder}/asked.log "%U\\t%>s\\t%{CORS_RESULT}e\\t\
%{CORS_REASON}e\\t%{Sec-Fetch-Site}i\\t%{Sec-Fetch-Mode}i\\t\
%{Sec-Fetch-Dest}i\\t%{Sec-Purpose}i\\t%{Referer}i"
StartServers 1
SSLEngine on
SSLSessionCache none
SSLCertificateFile ${folder}/site.pem
SSLCertificateKeyFile ${folder}/site.key
ProxyPass / http://127.0.0.1:${backend}/
<VirtualHost *:${port}>
    ServerName ${names.page}
    ServerAlias ${names.stranger} ${names.neighbour}
</VirtualHost>
<VirtualHost *:${port}>
    ServerName ${names.api}
    ServerAlias ${names.sister}
${places}
</VirtualHost>
<VirtualHost *:${plain}>
    ServerName ${names.api}
    SSLEngine off
${places}
</VirtualHost>
`;
}

/* Each request, and what the browser said of it; - stands for nothing. */
function readAsked(file) {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1)
        .map((line) => {
            const [path, status, result, reason, site, mode, dest, purpose,
                referer] = line.split('\t');
            return { path, status, result, reason, site, mode, dest, purpose,
                referer };
        });
}

function answers(port) {
    return new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('connect', () => resolve(true));
        socket.on('error', () => resolve(false));
        socket.on('close', () => socket.destroy());
        socket.on('connect', () => socket.destroy());
    });
}

/* Undefined where another process has its port. */
async function startHttpd(program, file, port) {
    const httpd = spawn(program, ['-DFOREGROUND', '-f', file],
        { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(httpd, 'exit');
    let complaint = '';

    httpd.stderr.on('data', (data) => { complaint += data; });
    await until('httpd', () => httpd.exitCode !== null || answers(port));
    if (httpd.exitCode !== null) {
        if (complaint.includes('AH00072'))      // could not bind
            return undefined;
        throw new Error(`httpd ended: ${complaint}`);
    }
    return {
        stop: async () => {
            httpd.kill();
            await ended;
        },
    };
}

/* Each policy is the lines of a `<Location>` on the APIs; PAGE in them is the
 * page's origin. Gives the origins (`plain` is the API over http), the
 * certificate authority's file, what the backend received, httpd's error log,
 * what httpd answered (`POST /path 403 reason`), and what the browser said of
 * each request. */
async function startSites(policies) {
    const apxs = (name) => execFileSync(process.env.APXS ?? 'apxs',
        ['-q', name], { encoding: 'utf8' }).trim();
    const program = join(apxs('exp_sbindir'), apxs('progname'));
    const built = execFileSync(program, ['-l'], { encoding: 'utf8' });
    const folder = temporaryFolder('cors-cookies-sites');
    const backend = await startBackend();
    const authority = certify(folder.path);
    const file = join(folder.path, 'httpd.conf');
    let port, plain, httpd;

    chmodSync(folder.path, 0o755);
    try {
        do {                    // somebody else may take a free port first
            port = await freePort();
            do
                plain = await freePort();
            while (plain === port);
            writeFileSync(file, configuration({
                folder: folder.path, port, plain, backend: backend.port,
                policies, libexec: apxs('exp_libexecdir'), built,
            }));
            httpd = await startHttpd(program, file, port);
        } while (!httpd);
    }
    catch (error) {
        backend.stop();
        folder.remove();
        throw error;
    }

    const origins = Object.fromEntries(Object.entries(names)
        .map(([role, name]) => [role, `https://${name}:${port}`]));
    return {
        ...origins,
        plain: `http://${names.api}:${plain}`,
        authority,
        received: backend.received,
        log: () => readFileSync(join(folder.path, 'error.log'), 'utf8'),
        answered: () => readFileSync(join(folder.path, 'access.log'), 'utf8'),
        asked: () => readAsked(join(folder.path, 'asked.log')),
        stop: async () => {
            await httpd.stop();
            backend.stop();
            folder.remove();
        },
    };
}

/* The same with a page open in a browser, which `start` starts; it is told the
 * port of the sites over https. `stop` ends both. */
export async function visitSites(policies, start) {
    const sites = await startSites(policies);
    let started;
    const stop = async () => {
        await started?.stop();
        await sites.stop();
    };
    try {
        started = await start({ hosts, authority: sites.authority,
            port: new URL(sites.page).port });
        const { browser } = started;
        return { sites, browser, page: await browser.newPage(), stop };
    }
    catch (error) {
        await stop();
        throw error;
    }
}
