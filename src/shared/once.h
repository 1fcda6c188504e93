/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_ONCE_H
#define CORS_ONCE_H

#include "policy/policy.h"

/*
 * Whether nothing was said of this place before in this child; from now on
 * it was. A .htaccess is another object at each request, so a place is known
 * by its name and line. Once as many were said as are remembered, the others
 * are passed over. Any thread may call.
 */
int cors_once(cors_place place);

#endif
