/* SPDX-License-Identifier: Apache-2.0
 *
 * One line a test, what went wrong under it, and the counts at the end. */
import { inspect } from 'node:util';

function cause({ error }) {
    const reason = error?.cause ?? error;
    return reason instanceof Error
        ? reason.stack ?? reason.message : inspect(reason);
}

/* A suite counts only when it failed by itself, as in a hook of its own. */
function isSuiteOnly(type, { type: kind, error }) {
    return kind === 'suite'
        && (type === 'test:pass' || error.failureType === 'subtestsFailed');
}

export default async function* report(events) {
    const counts = { passed: 0, failed: 0 };
    for await (const { type, data } of events) {
        if (type !== 'test:pass' && type !== 'test:fail')
            continue;
        if (data.skip !== undefined) {
            yield `skipped ${data.name}: ${data.skip}\n`;
            continue;
        }
        if (isSuiteOnly(type, data.details))
            continue;
        const outcome = type === 'test:pass' ? 'passed' : 'failed';
        counts[outcome]++;
        yield `${outcome}  ${data.name}\n`;
        if (type === 'test:fail')
            yield `${cause(data.details).replace(/^/gm, '    ')}\n`;
    }
    yield `${counts.passed} passed, ${counts.failed} failed\n`;
}
