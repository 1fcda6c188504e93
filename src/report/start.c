/* SPDX-License-Identifier: Apache-2.0 */
#include "report/start.h"

#include <http_config.h>
#include <http_core.h>
#include <http_log.h>

#include "version.h"
#include "syntax/site.h"
#include "shared/counters.h"

APLOG_USE_MODULE(cors_cookies);

static int is_older_than_2_4_48(void)
{
    ap_version_t version;

    ap_get_server_revision(&version);
    return version.major == 2
           && (version.minor < 4
               || (version.minor == 4 && version.patch < 48));
}

int cors_start(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
               server_rec *server)
{
    apr_status_t rv;

    (void)pconf;
    (void)plog;
    (void)ptemp;
    /* httpd reads its configuration twice at start: speak the second time. */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK;
    }
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, server,
                 "mod_cors_cookies/" CORS_VERSION " configured");
    rv = cors_counters_open(server->process->pool);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, rv, server,
                     "no shared memory: CORS requests are judged but not "
                     "counted");
    }
    if (!cors_site_has_list()) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "built without the Public Suffix List (libpsl): of "
                     "'*.' over public suffixes only single labels, as in "
                     "*.com, are refused");
    }
    if (is_older_than_2_4_48()) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "httpd before 2.4.48 strips headers from responses "
                     "with status 304: browsers may then refuse what they "
                     "have stored");
    }
    return OK;
}
