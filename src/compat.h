/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORS_COMPAT_H
#define CORS_COMPAT_H

/*
 * Which httpd the module is built for: 2.4.17 at least, and what it lacks
 * until 2.4.23. That it strips headers from 304 before 2.4.48 is said when
 * it starts.
 */
#include <apr_cstr.h>
#include <httpd.h>
#include <ap_mmn.h>

#if !AP_MODULE_MAGIC_AT_LEAST(20120211, 51)
#error "mod_cors_cookies needs httpd 2.4.17 or later"
#endif

#if !AP_MODULE_MAGIC_AT_LEAST(20120211, 61)
#define ap_cstr_casecmp apr_cstr_casecmp
#define ap_cstr_casecmpn apr_cstr_casecmpn
#endif

#endif
