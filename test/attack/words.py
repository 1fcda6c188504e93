# SPDX-License-Identifier: Apache-2.0
"""What random policies and requests are made of, and random directives."""


OWN = "api.example.com"
EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"

PATTERNS = [
    "https://app.example.com", "https://example.com", "https://*.example.com",
    "https://api.example.com:8443", "https://app.example.com:*",
    "https://*.example.org:*", "https://*.dev.example.com",
    "https://a_b.example.org", "https://app.example.com.",
    "https://xn--bcher-kva.example", "https://[2001:db8::1]",
    "https://[2001:db8::1]:8443", "https://192.0.2.7:*", "http://localhost",
    "http://localhost:*", "http://*.localhost:3000", "http://127.0.0.1:*",
    "http://[::1]:3000", "capacitor://localhost", EXTENSION,
    f"https://{OWN}", "https://evil.example", "https://shop.example.net:444",
]
INSECURE = ["http://app.example.com", "http://*.example.com:*",
            f"http://{OWN}"]
SUFFIXES = ["https://*.github.io", "https://*.co.uk:*"]
LABELS = ["https://pr-*.preview.example.com", "https://*-dev.example.com:*"]
OPAQUE = ["app://.", "safari-web-extension://0A1B-C"]


class Expression(str):
    """Of CORSAllowOriginMatch; sites: those that it names."""
    sites = None

    def __new__(cls, text, *sites):
        self = super().__new__(cls, text)
        self.sites = sites
        return self


class File(str):
    """Of CORSAllowOriginFile; patterns: what is in it."""
    patterns = ()


EXPRESSIONS = [
    Expression(r"https://pr-[0-9]+\.preview\.example\.com",
               "preview.example.com"),
    Expression(r"https?://(.+[.])?example[.]com(:[0-9]+)?", "example.com"),
    Expression(r"https://(www\.)?(example|sample)\.(com|org)", "example.com",
               "example.org", "sample.com", "sample.org"),
    Expression(r"http://[a-z]+\.example\.com", "example.com"),
    Expression(r"http://[a-z]+\.localhost(:[0-9]+)?", "localhost"),
    Expression(r"https://[a-z.]*\.example\.org:8[0-9]{3}", "example.org"),
]

NARROWED = [        # by the sites that they name
    Expression(r"https://.*example\.com", "example.com"),
    Expression(r"https?://.*[.]example[.](com|org)(:[0-9]+)?", "example.com",
               "example.org"),
]

# each is listed by some pattern, or nearly
ORIGINS = [
    "https://app.example.com", "https://app.example.com",
    "https://example.com", "https://a.example.com", "https://a.b.example.com",
    "https://api.example.com:8443", "https://app.example.com:8080",
    "https://x.example.org", "https://x.example.org:8123",
    "https://a.dev.example.com", "https://a_b.example.org",
    "https://app.example.com.", "https://xn--bcher-kva.example",
    "https://[2001:db8::1]", "https://[2001:db8::1]:8443",
    "https://192.0.2.7", "https://192.0.2.7:1", "http://localhost",
    "http://localhost:5173", "http://a.localhost:3000", "http://127.0.0.1",
    "http://127.0.0.1:8080", "http://[::1]:3000", "capacitor://localhost",
    EXTENSION, "https://evil.example", "https://shop.example.net:444",
    "http://app.example.com", "http://a.example.com:81",
    "https://alice.github.io", "https://www.example.co.uk",
    "https://pr-7.preview.example.com", "https://pr-x.preview.example.com",
    "https://www.sample.org", "https://x-dev.example.com",
    f"https://{OWN}", f"http://{OWN}", "http://host1.example.com",
    "https://host0.example.com", "app://.", "safari-web-extension://0A1B-C",
]
NEAR_MISSES = [
    "null", "null", "", "Null", "https://app.example.com/",
    "https://app.example.com:443", "https://APP.example.com",
    "HTTPS://app.example.com", "https://evilexample.com",
    "https://app.example.com.evil.example", "https://.example.com",
    "https://a..example.com", "https://evil.com/.example.com",
    "https://user@app.example.com", "https://app.example.com#x",
    "https://app.example.com:0443", "https://app.example.com:0",
    "https://app.example.com:65536", "https://app.example.com:",
    "https://app.example.com:8080x", "https:/app.example.com",
    "https:app.example.com", "app.example.com", "//app.example.com",
    "https://app.example.com, https://app.example.com",
    "https://app.example.com https://evil.example", "null, null",
    "https://app.example.com,", "https://a\\.example.com",
    "https://%61pp.example.com", "https://app.example.com\xe9",
    "https://b\xc3\xbccher.example", "https://*.example.com", "*",
    "https://" + "a" * 63 + ".example.com",
    "https://" + "a" * 64 + ".example.com",
    "https://" + ".".join(["a" * 60] * 5) + ".example.com",
    "https://" + "a." * 240 + "example.com",
    "https://" + "a" * 600 + ".example.com",
    "https://192.0.2.07", "https://192.0.2", "https://3221225991",
    "https://192.0.2.7.", "https://[2001:db8:0::1]", "https://[2001:DB8::1]",
    "https://[::ffff:192.0.2.7]", "https://[2001:db8::1", "https://[]",
    "http://localhost.", "http://localhost:80", "http://127.0.0.1.:8080",
    "http://127.1:8080", "file://", "file://localhost", "about:blank",
    "https://xn--.example", "https://a\tb.example.com", "https://a\"b.com",
    "http://localhost:5173/", "ws://app.example.com", "https://example.com..",
    "https://example.com.evil.example", "https://www.sample.organ",
    "https://pr-7.preview.example.community", "https://evil-example.com",
    "http://a.localhost:30001", "https://xn--a-b.example",
    "https://-a.example.com", "https://a-.example.com", "https://_",
]

METHODS = ["PUT", "DELETE", "PATCH", "put", "PROPFIND", "OPTIONS", "M-SEARCH"]
HEADERS = ["X-CSRF-Token", "Content-Type", "Authorization", "X-A", "If-Match",
           "x-lower_case"]
EXPOSED = ["X-Total", "ETag", "Content-Range", "x-lower", "Location"]
AGES = ["0", "60", "600", "86400", "10min", "2h", "90s"]
COOKIES = ["SameSite=None Secure", "SameSite=Lax", "Secure HttpOnly",
           "Secure Partitioned", "HttpOnly", "SameSite=Strict Secure",
           "Partitioned HttpOnly SameSite=None Secure", "none"]
ONLY = ["", "", "", " only=sid", " only=sid,lang", " only=other",
        " only=si*,other"]
OPTIONS = ["none", "UnsafeInsecureOrigin", "-UnsafeInsecureOrigin",
           "UnsafeInsecureOrigin UnsafePublicSuffix", "+UnsafePublicSuffix",
           "+UnsafePublicSuffix", "+UnsafeInsecureOrigin",
           "-UnsafePublicSuffix +UnsafeInsecureOrigin"]
SINGLE = {      # directives of one word: how often, its values
    "CORSMaxAge": (.15, AGES),
    "CORSPreflight": (.12, ["Answer", "Forward", "Forward"]),
    "CORSPreflightStatus": (.15, ["200", "204"]),
    "CORSAllowAnonymous": (.18, ["On", "On", "Off"]),
    "CORSReportOnly": (.08, ["On", "Off"]),
    "CORSDisallowedOrigin": (.3, ["Serve", "StripCredentials", "Deny"]),
    "CORSFetchMetadata": (.15, ["On", "On", "Off"]),
}
AUTHCONFIG = {"CORSReportOnly", "CORSDisallowedOrigin", "CORSFetchMetadata"}


def split(rng, name, words):
    """One directive, or two that add up."""
    if len(words) > 1 and rng.random() < .3:
        at = rng.randrange(1, len(words))
        return [(name, words[:at]), (name, words[at:])]
    return [(name, words)]


def random_origins(rng, may_file, files):
    """Directives of a section's origins, and of what they need so that
    httpd starts with them."""
    kind = rng.random()
    if kind < .06:
        return [("CORSAllowOrigin", ["none"])]
    if kind < .2:
        return [("CORSAllowOrigin", ["*"]), ("CORSAllowCredentials", ["Off"])]
    pool = PATTERNS + INSECURE + SUFFIXES + LABELS + OPAQUE
    patterns = rng.sample(pool, rng.randrange(1, 5))
    needs = set(patterns) & set(INSECURE) and "UnsafeInsecureOrigin", \
        set(patterns) & set(SUFFIXES) and "UnsafePublicSuffix"
    options = [option for option in needs if option]
    words = patterns + ["!" + pattern for pattern in rng.sample(
        PATTERNS, rng.choice([0, 0, 1, 2]))]
    rng.shuffle(words)
    if words[0].startswith("!"):
        words.reverse()
    lines = []
    if may_file and rng.random() < .15:
        name = File(f"conf/origins{len(files)}")
        name.patterns = tuple(words)
        files[name] = "# trusted\n\n" + "".join(f"{w}\n" for w in words)
        lines.append(("CORSAllowOriginFile", [name]))
        words = rng.sample(PATTERNS, rng.choice([0, 1]))
    if words:
        lines += split(rng, "CORSAllowOrigin", words)
    if rng.random() < .35:
        lines.append(("CORSAllowOriginMatch",
                      rng.sample(EXPRESSIONS + NARROWED, 1)))
    if options and rng.random() < .7:
        sign = rng.choice(["", "+"])
        lines.append(("CORSOptions", [sign + word for word in options]))
    elif options:
        lines.append(("CORSAllowCredentials", ["Off"]))
    return lines


def random_cookies(rng):
    lines = [rng.choice(COOKIES) for _ in range(rng.choice([1, 1, 2, 3]))]
    if "none" in lines:
        return [("CORSCookieAttributes", ["none"])]
    return [("CORSCookieAttributes", (line + rng.choice(ONLY)).split())
            for line in lines]


def random_directives(rng, files, may_file=True, may_loosen=True,
                      may=lambda name: True):
    """A random subset of all directives. may_file: CORSAllowOriginFile is
    allowed here; may_loosen: directives that need the origins around them to
    be harmless, too; may: which may stand here at all."""
    lines = []
    if rng.random() < .6:
        lines += random_origins(rng, may_file, files)
    names = {name for name, _ in lines}
    for name, (chance, values) in SINGLE.items():
        if rng.random() < chance:
            lines.append((name, [rng.choice(values)]))
    safe = names and not names & {"CORSAllowCredentials", "CORSOptions"}
    if (safe or not names and may_loosen) and rng.random() < .3:
        lines.append(("CORSAllowCredentials", [rng.choice(["On", "Off"])]))
    if (safe or not names and may_loosen) and rng.random() < .35:
        lines.append(("CORSOptions", rng.choice(OPTIONS).split()))
    if rng.random() < .3:
        lines += split(rng, "CORSAllowMethods", rng.choice(
            [["*"], ["none"], *[rng.sample(METHODS, 2)] * 4]))
    if rng.random() < .3:
        lines += split(rng, "CORSAllowHeaders", rng.choice(
            [["*"], ["*", "Authorization"], ["none"],
             *[rng.sample(HEADERS, 3)] * 4]))
    if rng.random() < .35:
        lines += split(rng, "CORSExposeHeaders", rng.choice(
            [["*"], ["*"], ["none"], *[rng.sample(EXPOSED, 2)] * 3]))
    if rng.random() < .25:
        lines += random_cookies(rng)
    return keep_origins_whole(lines, may)


def keep_origins_whole(lines, may):
    """Without what may not stand here; without all that is about origins
    where a part of it may not."""
    about = {"CORSAllowOrigin", "CORSAllowOriginMatch", "CORSOptions",
             "CORSAllowOriginFile", "CORSAllowCredentials"}
    whole = all(may(name) for name, _ in lines if name in about)
    return [line for line in lines
            if may(line[0]) and (whole or line[0] not in about)]
