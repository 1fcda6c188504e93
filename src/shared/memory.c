/* SPDX-License-Identifier: Apache-2.0 */
#include "shared/memory.h"

#include <apr_shm.h>
#include <httpd.h>
#include <http_config.h>
#include <string.h>

/* What httpd keeps for us over restarts, when it unloads the module. */
typedef struct retained {
    apr_shm_t *memory;
    apr_size_t size;
} retained;

apr_status_t cors_memory_open(apr_pool_t *process_pool, const char *key,
                              apr_size_t size, void **memory)
{
    retained *kept = ap_retained_data_get(key);
    apr_status_t rv;

    *memory = NULL;
    if (!kept) {
        kept = ap_retained_data_create(key, sizeof(*kept));
    }
    if (!kept->memory || kept->size != size) {
        rv = apr_shm_create(&kept->memory, size, NULL, process_pool);
        if (rv != APR_SUCCESS) {
            kept->memory = NULL;
            return rv;
        }
        kept->size = size;
        memset(apr_shm_baseaddr_get(kept->memory), 0, size);
    }
    *memory = apr_shm_baseaddr_get(kept->memory);
    return APR_SUCCESS;
}
