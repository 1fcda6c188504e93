/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The tests of test_idna.c against an idna.c that was built without libidn2.
 * It stands in for the module's own, which the linker then leaves out.
 */
#undef HAVE_LIBIDN2

#include "../../../src/syntax/idna.c"
#include "test_idna.c"
