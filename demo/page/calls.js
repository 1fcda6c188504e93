/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls. The page shows the functions as they stand here, so what is read
 * on a card is what runs. */
/* global $, axios */

export const works = {
    xhr: {
        title: 'XMLHttpRequest',
        button: 'Send with XMLHttpRequest',
        about: 'A GET. The browser asks nothing first.',
        right: 'arrived',
        why: 'The answer names this origin and says that credentials are '
            + 'allowed. So the browser hands it over.',
        path: '/echo',
        send: (url, show, fail) => {
            const xhr = new XMLHttpRequest();
            xhr.open('GET', url);
            xhr.withCredentials = true;
            xhr.responseType = 'json';
            xhr.onload = () => show(xhr.response);
            xhr.onerror = fail;
            xhr.send();
        },
    },
    fetch: {
        title: 'fetch',
        button: 'Send with fetch',
        about: 'A POST of JSON. The browser asks first, in a preflight, '
            + 'whether Content-Type may be set.',
        right: 'arrived',
        why: 'The preflight carries no cookie and never reaches the API. '
            + 'Then the request follows, with its cookie.',
        path: '/transfer',
        send: (url, show, fail) => {
            fetch(url, {
                method: 'POST',
                credentials: 'include',
                headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify({ amount: 5 }),
            })
                .then((answer) => answer.json())
                .then(show, fail);
        },
    },
    jquery: {
        title: 'jQuery',
        button: 'Send with jQuery',
        about: 'A POST of a form. Any form can send it, so no preflight.',
        right: 'arrived',
        why: 'Sent at once, like a form. What the answer says decides '
            + 'whether the script may read it.',
        path: '/transfer',
        send: (url, show, fail) => {
            $.ajax(url, {
                method: 'POST',
                data: { amount: 5 },
                xhrFields: { withCredentials: true },
            }).then(show, fail);
        },
    },
    axios: {
        title: 'axios',
        button: 'Send with axios',
        about: 'A GET with a header of its own: a preflight asks for X-Demo.',
        right: 'arrived',
        why: 'X-Demo is among the headers that the preflight allows, so '
            + 'the request follows, with its cookie.',
        path: '/echo',
        send: (url, show, fail) => {
            axios.get(url, {
                headers: { 'X-Demo': 'hello' },
                withCredentials: true,
            }).then(({ data }) => show(data), fail);
        },
    },
};

/* The page is of localhost, this API of 127.0.0.1: two sites. */
export const sites = {
    away: {
        title: 'The cookie stays at home',
        button: 'Log in, then ask',
        about: 'A log-in that sets a cookie with SameSite=Lax, as most do, '
            + 'then a call.',
        right: 'no-cookie',
        why: 'CORS allows the call, and the script reads the answer. But the '
            + 'browser does not send the cookie across sites without '
            + 'SameSite=None. The module says so in its log.',
        path: '/plain/echo',
        elsewhere: true,
        send: (url, show, fail) => {
            const login = url.replace('/echo', '/login');
            fetch(login, { method: 'POST', credentials: 'include' })
                .then(() => fetch(url, { credentials: 'include' }))
                .then((answer) => answer.json())
                .then(show, fail);
        },
    },
    across: {
        title: 'One line fixes it',
        button: 'Log in, then ask',
        about: 'The same log-in and the same call where the API has the line '
            + 'CORSCookieAttributes SameSite=None Secure Partitioned.',
        right: 'arrived',
        why: 'The log-in set the same cookie. On its way out the module gave '
            + 'it the attributes that it needs: see Set-Cookie below.',
        path: '/across/echo',
        elsewhere: true,
        send: (url, show, fail) => {
            const login = url.replace('/echo', '/login');
            fetch(login, { method: 'POST', credentials: 'include' })
                .then(() => fetch(url, { credentials: 'include' }))
                .then((answer) => answer.json())
                .then(show, fail);
        },
    },
};

export const fails = {
    plain: {
        title: 'No credentials',
        button: 'Send without credentials',
        about: 'The line that asks for cookies is not there.',
        right: 'no-cookie',
        why: 'The browser kept the cookie to itself. The answer may be read, '
            + 'but it is the one that a visitor without a log-in gets.',
        path: '/echo',
        send: (url, show, fail) => {
            fetch(url)
                .then((answer) => answer.json())
                .then(show, fail);
        },
    },
    stranger: {
        title: 'Origin not listed',
        button: 'Send from the other origin',
        about: 'The call with cookies, sent by the page in this frame:',
        right: 'blocked',
        why: 'The request ran, cookie and all. Its answer does not name this '
            + 'origin, so the browser does not let the script read it. That '
            + 'is all that CORS does: it guards answers, not requests.',
        path: '/echo',
        framed: true,
        send: (url, show, fail) => {
            fetch(url, { credentials: 'include' })
                .then((answer) => answer.json())
                .then(show, fail);
        },
    },
    denied: {
        title: 'Origin denied',
        button: 'Send where it is denied',
        about: 'From the same frame, to a place that must not even run:',
        right: 'blocked',
        why: 'CORSDisallowedOrigin Deny: the browser sent its cookie, but '
            + 'httpd answered 403 and the API never saw the request. The same '
            + 'call from this page went through.',
        path: '/transfer',
        framed: true,
        send: (url, show, fail) => {
            fetch(url, {
                method: 'POST',
                credentials: 'include',
                body: new URLSearchParams({ amount: 1000000 }),
            })
                .then((answer) => answer.json())
                .then(show, fail);
        },
    },
    method: {
        title: 'Method not listed',
        button: 'Send DELETE',
        about: 'The API lists PUT. The browser asks before it sends DELETE.',
        right: 'blocked',
        why: 'The preflight was answered with what is allowed. DELETE is not '
            + 'in it, so the browser never sent the request.',
        path: '/echo',
        preflight: 'DELETE',
        send: (url, show, fail) => {
            fetch(url, { method: 'DELETE', credentials: 'include' })
                .then((answer) => answer.json())
                .then(show, fail);
        },
    },
};

/* The lines of a call as its card shows them. */
export function source(call) {
    const lines = call.send.toString().split('\n').slice(1, -1);
    const indent = Math.min(...lines.map((line) => line.search(/\S/)));
    return lines.map((line) => line.slice(indent));
}

/* Sends a call. Resolves to { answer } or, when the browser keeps the answer
 * from the script, to { error } with its words. */
export function send(call, url) {
    return new Promise((resolve) => {
        call.send(url, (answer) => resolve({ answer }), (error) => resolve({
            error: error instanceof Error
                ? `${error.name}: ${error.message}`
                : error.type || error.statusText || 'error',
        }));
    });
}
