# SPDX-License-Identifier: Apache-2.0
"""The fixture `recipe(...)`: the file of conf/recipes that the test is named
for, started as it stands with the modules that its "Needs" line names. What a
recipe takes from the system (a backend's address, a file of users) is
replaced by the test's own."""

import re

import pytest

import harness

RECIPES = harness.TOP / "conf" / "recipes"


def needs(text):
    """The modules that the comment asks for, with those they stand on."""
    sentence = re.search(r"^# Needs ((?:mod_\w+|[,.\s#])*)", text, re.M)
    names = re.findall(r"mod_(\w+)", sentence[1]) if sentence else []
    return [name for name in names if name != "log_config"]


def file_of(test):
    """test_fonts and test_fonts__again are both of fonts.conf."""
    name = test[len("test_"):].split("__")[0]
    return next(file for file in RECIPES.glob("*.conf")
                if re.sub(r"\W", "_", file.stem) == name)


@pytest.fixture
def recipe(httpd, request):
    sites = []

    def start(replace=(), modules=(), files=None, behind="", **options):
        file = file_of(request.function.__name__)
        config = file.read_text("utf-8")
        needed = needs(config)
        for old, new in dict(replace).items():
            assert old in config, f"{file.name} does not say {old}"
            config = config.replace(old, str(new))
        site = httpd(config + behind, modules=[*needed, *modules],
                     files={"htdocs/file": "a file", **(files or {})},
                     **options)
        sites.append(site)
        return site

    yield start
    for site in sites:      # one that was only started says nothing
        harness.wait_for((site.folder / "logs/access").read_text,
                         "the recipe is asked something")
