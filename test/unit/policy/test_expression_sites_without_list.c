/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The tests of test_expression_sites.c with a site.c that was built without
 * libpsl. It stands in for the module's own, which the linker then leaves
 * out.
 */
#undef HAVE_LIBPSL

#include "../../../src/syntax/site.c"
#include "test_expression_sites.c"
