# SPDX-License-Identifier: Apache-2.0
"""What is compared: each row is one configuration of httpd."""

import dataclasses
import re

import traffic

RECIPE = """
{matches}
Header always set Access-Control-Allow-Origin %{{CORS_ORIGIN}}e env=CORS_ORIGIN
Header always set Access-Control-Allow-Credentials true env=CORS_ORIGIN
Header always set Access-Control-Allow-Methods "GET, POST, PUT" env=CORS_ORIGIN
Header always set Access-Control-Allow-Headers content-type env=CORS_ORIGIN
Header always set Access-Control-Max-Age 600 env=CORS_ORIGIN
Header always merge Vary Origin
RewriteEngine On
RewriteCond %{{REQUEST_METHOD}} =OPTIONS
RewriteRule ^ - [R=204,L]
"""

MODULE = """
{origins}
CORSAllowMethods PUT
CORSAllowHeaders content-type
"""

HTACCESS = """
<Directory "${FOLDER}/htdocs">
    AllowOverride All
</Directory>
"""


@dataclasses.dataclass
class Row:
    """origins is for the table; says: what the answer's head or the error log
    has; requests: how many the count is made of."""
    name: str
    origins: str = ""
    config: str = ""
    files: dict = dataclasses.field(default_factory=dict)
    module: bool = False        # this module is loaded
    answers: bool = True        # the configuration allows an origin
    says: str = ""
    requests: int = 20


def origins(number):
    """That many origins of one length, the allowed one in their middle."""
    names = [f"https://app-{i:06}.example.com" for i in range(number - 1)]
    return [*names[:number // 2], traffic.ALLOWED, *names[number // 2:]]


def wildcards(number):
    """That many wildcards, the one that admits ALLOWED in their middle."""
    names = [f"https://*.tenant{i:05}.example.com" for i in range(number - 1)]
    return [*names[:number // 2], "https://*.example.com",
            *names[number // 2:]]


def labels(number):
    """The same with stars inside the first label."""
    names = [f"https://app-*.tenant{i:05}.example.com"
             for i in range(number - 1)]
    return [*names[:number // 2], "https://app-*.example.com",
            *names[number // 2:]]


def expressions(number):
    """That many expressions, the one that admits ALLOWED in their middle."""
    names = [fr"https://[a-z0-9-]+\.tenant{i:05}\.example\.com"
             for i in range(number - 1)]
    return [*names[:number // 2], r"https://[a-z0-9-]+\.example\.com",
            *names[number // 2:]]


def recipe_lines(number):
    """mod_headers, a SetEnvIf line for each origin."""
    return RECIPE.format(matches="\n".join(
        f'SetEnvIf Origin "^{re.escape(origin)}$" CORS_ORIGIN=$0'
        for origin in origins(number)))


def recipe_alternation(number):
    """mod_headers, one SetEnvIf line for all origins."""
    either = "|".join(re.escape(origin) for origin in origins(number))
    return RECIPE.format(
        matches=f'SetEnvIf Origin "^({either})$" CORS_ORIGIN=$0')


def _lines(directive, values):
    return MODULE.format(origins="\n".join(
        f"{directive} {value}" for value in values))


def module_lines(number):
    """This module, a line for each origin."""
    return _lines("CORSAllowOrigin", origins(number))


def module_file(patterns):
    """(configuration, files) of this module with its origins in a file."""
    return (MODULE.format(origins="CORSAllowOriginFile origins"),
            {"origins": "\n".join(patterns) + "\n"})


def module_continued(number):
    """This module, one directive, an origin on each of its lines."""
    return MODULE.format(
        origins=" \\\n    ".join(["CORSAllowOrigin", *origins(number)]))


def in_htaccess(text):
    return {"config": HTACCESS, "files": {"htdocs/.htaccess": text}}


def _module_from_file(name, number, patterns):
    config, files = module_file(patterns)
    return Row(name, f"{number:,}", config, files, module=True)


NO_CORS = Row("no CORS", answers=False)
ONE_ORIGIN = Row("this module", "1", module_lines(1), module=True)
EMPTY_HTACCESS = Row("`.htaccess`: empty", **in_htaccess(""), answers=False)


def server_rows():
    """The rows whose configuration is read once, when httpd starts."""
    return [
        NO_CORS,
        Row("recipe, SetEnvIf lines", "1", recipe_lines(1)),
        Row("recipe, SetEnvIf lines", "100", recipe_lines(100)),
        Row("recipe, one alternation", "1", recipe_alternation(1)),
        Row("recipe, one alternation", "100", recipe_alternation(100)),
        Row("this module, no policy", module=True, answers=False),
        ONE_ORIGIN,
        Row("this module", "100", module_lines(100), module=True),
        _module_from_file("this module", 100_000, origins(100_000)),
        _module_from_file("this module, wildcards", 1, wildcards(1)),
        _module_from_file("this module, wildcards", 10_000,
                          wildcards(10_000)),
        _module_from_file("this module, stars in labels", 1, labels(1)),
        _module_from_file("this module, stars in labels", 10_000,
                          labels(10_000)),
    ]


def htaccess_rows():
    """The rows whose configuration is read on every request."""
    return [
        EMPTY_HTACCESS,
        Row("`.htaccess`: recipe", "1", **in_htaccess(recipe_lines(1))),
        Row("`.htaccess`: this module", "1", module=True,
            **in_htaccess(module_lines(1))),
        Row("`.htaccess`: recipe", "100", requests=5,
            **in_htaccess(recipe_lines(100))),
        Row("`.htaccess`: this module", "100", module=True, requests=10,
            **in_htaccess(module_lines(100))),
        Row("`.htaccess`: this module, one directive", "100", module=True,
            requests=10, **in_htaccess(module_continued(100))),
        Row("`.htaccess`: this module, wildcards", "100", module=True,
            requests=10,
            **in_htaccess(_lines("CORSAllowOrigin", wildcards(100)))),
        Row("`.htaccess`: this module, stars in labels", "100", module=True,
            requests=10,
            **in_htaccess(_lines("CORSAllowOrigin", labels(100)))),
        Row("`.htaccess`: this module, expressions", "1", module=True,
            **in_htaccess(_lines("CORSAllowOriginMatch", expressions(1)))),
        Row("`.htaccess`: this module, expressions", "10", module=True,
            **in_htaccess(_lines("CORSAllowOriginMatch", expressions(10)))),
    ]
