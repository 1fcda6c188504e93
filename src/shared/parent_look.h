/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_PARENT_LOOK_H
#define CORS_PARENT_LOOK_H

#include <apr_pools.h>

/*
 * That the parent looks at files before its children use what they found: a
 * child that is born later inherits all that another one may have. The parent
 * says when a look begins and ends, in memory that all of them share.
 */

/* In the parent, which looks from now on. Without memory nobody waits. */
void cors_parent_look_open(apr_pool_t *process_pool);
void cors_parent_look_begin(void);
void cors_parent_look_end(void);

/* In the parent, once it looks no more. */
void cors_parent_look_close(void);

/*
 * In a child: until the parent has looked once more from the beginning, but
 * no longer than it should take. At once, where no parent looks.
 */
void cors_parent_look_await(void);

#endif
