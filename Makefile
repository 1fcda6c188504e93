# SPDX-License-Identifier: Apache-2.0
#
#   make            builds .libs/mod_cors_cookies.so
#   make install    puts it into httpd's folder of modules, and the line that
#                   loads it where that has a folder, too (DESTDIR honoured)
#   make check      builds and tests everything, and says how many passed
#   make fuzz       looks for inputs that break the parsers (clang)
#   make coverage   says which lines and branches the tests reach
#   make tsan       judges in many threads, under ThreadSanitizer
#   make memcheck   runs the live tests under valgrind
#   make load       asks it a million times, and restarts it meanwhile
#   make bench      measures it, and writes docs/performance.md
#   make deb        builds the Debian package
#   make demo       starts the demo on two ports of localhost
#   make clean      removes what was built
#
#   APXS=/path/to/apxs    builds for the httpd that this apxs belongs to
#   CFLAGS=… LDFLAGS=…    instead of those that httpd was built with
#   LIBPSL= LIBIDN2=      builds without these libraries
#   WERROR=               lets a compiler's warnings pass
#   DEPS=:                never installs a package

APXS = apxs
PKG_CONFIG = pkg-config
DEPS = tools/deps
WERROR = -Werror
export APXS PYTHONDONTWRITEBYTECODE = 1

.DEFAULT_GOAL = all
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all install clean deps unit live memcheck browser cost lint check \
    deb demo FORCE

#   httpd's own build variables (CC, CFLAGS, LIBTOOL, libexecdir, …). On a
#   machine that has no apxs yet, make makes this file, which installs what
#   is missing, and then reads the Makefile again.
ifneq ($(MAKECMDGOALS),clean)
include build/config.mk
endif

build/config.mk: FORCE
	@$(DEPS) build
	@mkdir -p build
	@echo "include $$($(APXS) -q installbuilddir)/config_vars.mk" >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

include modules.mk

LIBPSL := $(shell $(PKG_CONFIG) --exists libpsl 2>/dev/null && echo libpsl)
LIBIDN2 := $(shell $(PKG_CONFIG) --exists libidn2 2>/dev/null && echo libidn2)
libraries = $(strip $(LIBPSL) $(LIBIDN2))

#   without the last one gcc leaves small functions uninlined, for somebody
#   who might replace them at run time
MOD_CFLAGS = -std=gnu99 -Wall -Wextra $(WERROR) -fno-semantic-interposition
MOD_CPPFLAGS = $(if $(LIBPSL),-DHAVE_LIBPSL) $(if $(LIBIDN2),-DHAVE_LIBIDN2) \
    -I. -Isrc $(EXTRA_INCLUDES) \
    $(if $(libraries),$(shell $(PKG_CONFIG) --cflags $(libraries)))
MOD_LIBS = $(if $(libraries),$(shell $(PKG_CONFIG) --libs $(libraries)))

ALL_CFLAGS = $(EXTRA_CFLAGS) $(NOTEST_CFLAGS) $(CFLAGS) $(MOD_CFLAGS)
ALL_CPPFLAGS = $(DEFS) $(EXTRA_CPPFLAGS) $(NOTEST_CPPFLAGS) $(CPPFLAGS) \
    $(MOD_CPPFLAGS)
ALL_LDFLAGS = $(LT_LDFLAGS) $(EXTRA_LDFLAGS) $(NOTEST_LDFLAGS) $(LDFLAGS) \
    $(SH_LDFLAGS)

SH_COMPILE = $(LIBTOOL) --silent --mode=compile \
    $(CC) $(ALL_CFLAGS) $(ALL_CPPFLAGS) $(SHLTCFLAGS) -shared -c
SH_LINK = $(SH_LIBTOOL) --silent --mode=link $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) \
    -shared -rpath $(libexecdir) -module -avoid-version \
    -export-symbols-regex '$(exports)' -o $@

#   the headers that a source includes, kept beside its object
track = -MMD -MP -MT $@ -MF $(basename $@).d

all: $(shared)

build/module/%.slo: %.c build/compile.flags
	@mkdir -p $(@D)
	$(SH_COMPILE) $(track) -o $(@:.slo=.lo) $< && touch $@

build/module/%.slo: src/%.c build/compile.flags
	@mkdir -p $(@D)
	$(SH_COMPILE) $(track) -o $(@:.slo=.lo) $< && touch $@

#   Each of these files is touched only when its command line changes, so
#   that what was built by another one is built again.
quote = '$(subst ','\'',$(1))'
compile.command = $(SH_COMPILE)
link.command = $(SH_LINK) $(objects) $(MOD_LIBS)

.PRECIOUS: build/%.flags
build/%.flags: FORCE
	@mkdir -p $(@D)
	@echo $(call quote,$($*.command)) | cmp -s - $@ \
	|| echo $(call quote,$($*.command)) >$@

install: all
	$(MKINSTALLDIRS) $(DESTDIR)$(libexecdir)
	$(INSTALL_MODULE) .libs/mod_cors_cookies.so $(DESTDIR)$(libexecdir)
	@tools/loadmodule "$(libexecdir)" "$(sysconfdir)" "$(DESTDIR)"

INSTALL_MODULE = install -m 755

clean:
	rm -rf build .libs $(shared)

#   not every system has these as packages; their tests say so then
further = $(DEPS) firefox || echo "Going on without Firefox."; \
    $(DEPS) webkit || echo "Going on without WebKitGTK."

deps:
	@$(DEPS) build unit live deb lintian rpm browser cost lint demo
	@$(further)

include test/unit/unit.mk
include test/unit/coverage.mk
include test/unit/tsan.mk
include test/fuzz/fuzz.mk
include test/bench/bench.mk
include test/load/load.mk

unit: unit-programs
	@test/run unit

live: all
	@$(DEPS) live deb lintian rpm
	@test/run live

browser: all
	@$(DEPS) browser demo
	@$(further)
	@test/run browser

#   the live tests, every server of theirs under valgrind
memcheck: all
	@$(DEPS) live cost
	@test/run memcheck

cost: all
	@$(DEPS) cost
	@test/run cost

#   what tools/lint gives to the compilers that read the sources for it
lint check: export FLAGS = -std=gnu99 $(DEFS) $(filter-out \
    -D_FORTIFY_SOURCE=%,$(EXTRA_CPPFLAGS)) $(MOD_CPPFLAGS)

lint: all
	@$(DEPS) lint
	@test/run lint

CPUS = $(shell getconf _NPROCESSORS_ONLN)

check: deps
	@$(MAKE) -s $(if $(findstring j,$(filter -j%,$(MAKEFLAGS))),,-j$(CPUS)) \
	    all unit-programs coverage-programs
	@test/run unit coverage lint live browser cost

deb:
	@$(DEPS) build deb
	@tools/deb

demo: all
	@$(DEPS) demo
	@demo/run

-include $(wildcard build/*/*.d build/*/*/*.d)
