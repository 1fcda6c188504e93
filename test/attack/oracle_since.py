# SPDX-License-Identifier: Apache-2.0
"""Which rules of the second version the module keeps already. Each name
stands in the oracle where its rule is written; a rule that is kept is added
here, and holds from then on."""

RULES_OF_2 = {
    # origins
    "opaque hosts",             # app://. and upper-case UUIDs are origins
    "wildcard in a label",      # https://pr-*.preview.example.com
    "expressions name sites",   # and admit nothing beyond them
    # judging
    "no policy as forward proxy",
    "fetch metadata",           # CORSFetchMetadata
    "CORS_ORIGIN is an origin",     # under * too, or null, or unset
    # answering
    "six fields are owned",     # other Access-Control-* fields pass
    "unset exposes the application's",      # Access-Control-Expose-Headers
    "content-range is exposed",     # by * to a request with Range
    "credentials-sent varies",      # by Cookie and Authorization, too
    "vary of If returns",       # where a backend's answer replaced it
    # chains of internal redirects
    "stripped stays stripped",      # no cookie, whatever place comes after
    "report-only judges alone",     # the others strip cookies all the same
    "enforced varies",          # and their answer says what it varies by
    # cookies
    "only with a star",         # only=wordpress_*
}

SINCE_2 = {
    "no policy as forward proxy", "CORS_ORIGIN is an origin",
    "six fields are owned", "unset exposes the application's",
    "content-range is exposed", "credentials-sent varies",
    "vary of If returns", "stripped stays stripped",
    "report-only judges alone", "enforced varies", "fetch metadata",
}
assert SINCE_2 <= RULES_OF_2
