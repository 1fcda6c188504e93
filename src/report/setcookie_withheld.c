/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/setcookie.h"

unsigned cors_setcookie_withheld(const cors_setcookie *cookie,
                                 int cleartext, int loopback)
{
    unsigned reasons = 0;

    if (cookie->samesite != CORS_SAMESITE_NONE) {
        reasons |= CORS_WITHHELD_SAMESITE;
    }
    if (!cookie->secure) {
        reasons |= CORS_WITHHELD_NOT_SECURE;
    }
    else if (cleartext && !loopback) {
        reasons |= CORS_WITHHELD_CLEARTEXT;
    }
    if (!cookie->partitioned) {
        reasons |= CORS_WITHHELD_UNPARTITIONED;
    }
    return reasons;
}

const char *cors_setcookie_withheld_text(unsigned reason)
{
    switch (reason) {
    case CORS_WITHHELD_SAMESITE:
        return "it has no SameSite=None: browsers send it to this site's "
               "own pages only";
    case CORS_WITHHELD_NOT_SECURE:
        return "it has no Secure: browsers refuse a cross-site cookie "
               "without it";
    case CORS_WITHHELD_CLEARTEXT:
        return "it has Secure and comes over http: browsers refuse it "
               "unless the site uses https";
    case CORS_WITHHELD_UNPARTITIONED:
        return "it has no Partitioned: browsers that block third-party "
               "cookies withhold it";
    default:
        return NULL;
    }
}
