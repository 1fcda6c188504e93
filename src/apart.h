/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_APART_H
#define CORS_APART_H

/*
 * Keeps a function that few requests need out of the one that calls it,
 * where the compiler would put it: its registers, stack and guard would be
 * paid for by all.
 */
#define CORS_APART __attribute__((noinline))

#endif
