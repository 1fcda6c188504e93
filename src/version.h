/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_VERSION_H
#define CORS_VERSION_H

/* The version of the module, here and nowhere else. */
#define CORS_VERSION "2.0.0"

#endif
