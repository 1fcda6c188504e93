/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/flaw.h"

#include <stddef.h>

static const char *const texts[CORS_FLAW_COUNT] = {
    [CORS_FLAW_NONE] = NULL,
    [CORS_FLAW_EMPTY] = "an origin is not empty",
    [CORS_FLAW_NULL] =
        "every sandboxed frame sends the origin 'null', an attacker's too, "
        "and pages of files may; give the page an origin of its own and list "
        "that",
    [CORS_FLAW_LIST] =
        "one origin holds no comma, no blank and no quote; separate origins "
        "with blanks, outside of quotes",
    [CORS_FLAW_REGEX] =
        "this looks like a regular expression: CORSAllowOriginMatch takes "
        "them",
    [CORS_FLAW_LONG] = "an origin has at most 512 bytes",
    [CORS_FLAW_CHARACTER] =
        "a host has only letters a to z, digits, '-', '_' and '.'",
    [CORS_FLAW_CHARACTER_OPAQUE] =
        "behind such a scheme a host has only letters, digits and '-', '.', "
        "'_', '~', '%', '+'",
    [CORS_FLAW_NOT_ASCII] =
        "a browser sends host names in ASCII: write the xn-- form",
    [CORS_FLAW_UPPER_CASE] = "a browser sends origins in lower case",
    [CORS_FLAW_NO_SCHEME] =
        "an origin starts with a scheme and '://'",
    [CORS_FLAW_SCHEME] =
        "a scheme is a letter, then letters, digits, '+', '-' or '.'",
    [CORS_FLAW_SCHEME_LONG] = "a scheme has at most 64 bytes",
    [CORS_FLAW_FILE] =
        "pages of files send the origin 'null' or 'file://', the same for "
        "every file of the machine; serve the page over http://localhost and "
        "list that",
    [CORS_FLAW_USERINFO] = "an origin has no user name and no password",
    [CORS_FLAW_PATH] = "an origin has no path",
    [CORS_FLAW_QUERY] = "an origin has no query",
    [CORS_FLAW_FRAGMENT] = "an origin has no fragment",
    [CORS_FLAW_NO_HOST] = "an origin has a host",
    [CORS_FLAW_HOST_LONG] = "a host name has at most 253 bytes",
    [CORS_FLAW_LABEL_EMPTY] =
        "a host name has no empty label (a leading dot, or two in a row)",
    [CORS_FLAW_LABEL_LONG] = "a label of a host name has at most 63 bytes",
    [CORS_FLAW_LABEL_XN] =
        "a label that starts with xn-- must decode to a name",
    [CORS_FLAW_NUMBER] =
        "a host whose last label is a number is an IPv4 address, and this "
        "is none",
    [CORS_FLAW_IPV4] =
        "a browser sends an IPv4 address as four decimal numbers without "
        "leading zeros",
    [CORS_FLAW_IPV6] = "this is no IPv6 address",
    [CORS_FLAW_IPV6_FORM] =
        "a browser sends an IPv6 address in its shortest form, in lower "
        "case, without zone",
    [CORS_FLAW_IPV6_MAPPED] =
        "an IPv4 address is written as one, not inside an IPv6 address",
    [CORS_FLAW_IPV6_BRACKETS] = "an IPv6 address stands in brackets",
    [CORS_FLAW_PORT] = "a port is a number",
    [CORS_FLAW_PORT_RANGE] = "a port is a number from 1 to 65535",
    [CORS_FLAW_PORT_PADDED] = "a port has no leading zero",
    [CORS_FLAW_PORT_DEFAULT] =
        "a browser leaves out the scheme's default port",
    [CORS_FLAW_WILDCARD] =
        "a wildcard is '*.' in front of the host, for one or more whole "
        "labels, one '*' inside its first label, set off by '-', or ':*' "
        "behind it, for any port",
    [CORS_FLAW_WILDCARD_SCHEME] =
        "wildcards go with http and https only",
    [CORS_FLAW_WILDCARD_ADDRESS] =
        "an IP address has no subdomains: a wildcard in front needs a host "
        "name",
    [CORS_FLAW_WILDCARD_XN] =
        "no '*' stands in a label that starts with xn--"
};

const char *cors_flaw_text(cors_flaw flaw)
{
    return texts[flaw];
}
