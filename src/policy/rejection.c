/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/rejection.h"

#include <apr_strings.h>

const char *cors_rejection_text(apr_pool_t *pool, const char *subject,
                                const char *value, const char *reason,
                                const char *cure)
{
    return apr_pstrcat(pool, subject, " '", value, "': ", reason,
                       cure ? "; write " : NULL, cure, NULL);
}
