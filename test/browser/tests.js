/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads the test files that are named, or all of them, into one process. */
import { readdirSync } from 'node:fs';

const named = process.argv.slice(2).map((name) => `${name}.test.js`);
const files = readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith('.test.js')).sort();

for (const file of named.length ? named : files)
    await import(new URL(file, import.meta.url));
