/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes the calls that the page asks for, from this other origin. */
import { fails, send } from './calls.js';

const { page, api } = document.body.dataset;

window.addEventListener('message', async (event) => {
    if (event.origin !== page || !fails[event.data.name])
        return;
    const { name, id } = event.data;
    const url = `${api}${fails[name].path}?${id}`;
    const result = await send(fails[name], url);
    window.parent.postMessage({ id, result }, page);
});
