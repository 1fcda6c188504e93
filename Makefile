# SPDX-License-Identifier: Apache-2.0
#
# For GNU make, which is called gmake on BSD.
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
#   make attack     asks random policies what they allow, and an oracle
#   make bench      measures it, and writes docs/performance.md
#   make deb        builds the Debian package
#   make demo       starts the demo on two ports of localhost
#   make clean      removes what was built
#
#   APXS=/path/to/apxs    builds for the httpd that this apxs belongs to
#   CC=… CFLAGS=… CPPFLAGS=… LDFLAGS=…
#                         instead of those that httpd was built with
#   LIBPSL= LIBIDN2=      builds without these libraries
#   WERROR=-Werror        lets no warning of the compiler's pass
#   DEPS=:                never installs a package
#
# All but the last two count in the environment, too.

#   another make stops here: for GNU make there is no variable of this name
ifdef X:
.error This Makefile is for GNU make: run gmake
endif

#   some httpds install apxs where nobody's PATH leads
own_apxs := $(or $(shell PATH="$$PATH:/usr/sbin:/usr/local/apache2/bin"; \
    command -v apxs || command -v apxs2),apxs)
ifndef APXS
APXS := $(own_apxs)
endif
PKG_CONFIG ?= pkg-config
DEPS = tools/deps
WERROR =
export APXS PYTHONDONTWRITEBYTECODE = 1

.DEFAULT_GOAL = all
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all install clean deps unit live memcheck browser cost lint check \
    deb demo FORCE

#   what the environment says is not overwritten by httpd's build variables
flags = CC CFLAGS CPPFLAGS LDFLAGS
$(foreach name,$(flags),$(if $(filter environment,$(origin $(name))), \
    $(eval override $(name) := $(value $(name)))))

#   the compiler that tools/deps asks for, if it is not the one that apxs names
export COMPILER = $(if $(filter command override,$(origin CC)),$(CC))

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

installed = $(shell $(PKG_CONFIG) --exists $(1) 2>/dev/null && echo $(1))
ifeq ($(origin LIBPSL),undefined)
LIBPSL := $(call installed,libpsl)
endif
ifeq ($(origin LIBIDN2),undefined)
LIBIDN2 := $(call installed,libidn2)
endif
libraries = $(strip $(LIBPSL) $(LIBIDN2))

#   -fno-semantic-interposition, if the compiler has it: without, gcc leaves
#   small functions uninlined, for somebody who might replace them at run time
inlining := $(shell $(CC) -Werror -fno-semantic-interposition -c -x c \
    -o /dev/null /dev/null 2>/dev/null && echo -fno-semantic-interposition)

#   -latomic, where the processor has no atomic operation on 64 bits, as some
#   of 32 bits have none: if nothing but a link with it succeeds
links = echo 'unsigned long long n; int main(void) \
    { return __atomic_fetch_add(&n, 1, __ATOMIC_SEQ_CST) != 0; }' \
    | $(CC) $(CFLAGS) $(LDFLAGS) -x c -o /dev/null - $(1) >/dev/null 2>&1
atomic := $(shell $(call links) || { $(call links,-latomic) && echo -latomic; })

#   httpd's headers are of the system: their warnings are not ours
httpd_includes = $(patsubst -I%,-isystem %, \
    $(filter-out -I. -I/usr/include,$(EXTRA_INCLUDES)))

MOD_CFLAGS = -std=gnu99 -Wall -Wextra $(WERROR) $(inlining)
MOD_CPPFLAGS = $(if $(LIBPSL),-DHAVE_LIBPSL) $(if $(LIBIDN2),-DHAVE_LIBIDN2) \
    -I. -Isrc $(httpd_includes) \
    $(if $(libraries),$(shell $(PKG_CONFIG) --cflags $(libraries)))
MOD_LIBS = $(if $(libraries),$(shell $(PKG_CONFIG) --libs $(libraries))) \
    $(atomic)

ALL_CFLAGS = -O2 $(EXTRA_CFLAGS) $(NOTEST_CFLAGS) $(CFLAGS) $(MOD_CFLAGS)
ALL_CPPFLAGS = $(DEFS) $(EXTRA_CPPFLAGS) $(NOTEST_CPPFLAGS) $(CPPFLAGS) \
    $(MOD_CPPFLAGS)
ALL_LDFLAGS = $(LT_LDFLAGS) $(EXTRA_LDFLAGS) $(NOTEST_LDFLAGS) $(LDFLAGS) \
    $(SH_LDFLAGS)

SH_COMPILE = $(LIBTOOL) --silent --mode=compile \
    $(CC) $(ALL_CFLAGS) $(ALL_CPPFLAGS) $(SHLTCFLAGS) -shared -c
SH_LINK = $(SH_LIBTOOL) --silent --mode=link $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) \
    -shared -rpath $(libexecdir) -module -avoid-version \
    -export-symbols-regex '$(exports)' -o $@

#   the headers that a source includes, httpd's too, kept beside its object
track = -MD -MP -MT $@ -MF $(basename $@).d

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
include test/attack/attack.mk

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

#   gcov reads what gcc counts; the instructions are compared with those of
#   gcc and the system's own httpd
gcc := $(if $(findstring clang,$(shell $(CC) --version 2>/dev/null)),,yes)
coverage := $(if $(gcc),coverage)
cost := $(if $(gcc),$(if $(filter $(own_apxs),$(APXS)),cost))

check: deps
	@$(MAKE) -s $(if $(findstring j,$(filter -j%,$(MAKEFLAGS))),,-j$(CPUS)) \
	    WERROR=-Werror all unit-programs $(coverage:%=%-programs)
	@$(if $(coverage),,echo "Without coverage: it is gcc's.")
	@$(if $(cost),,echo "Without cost: it is of gcc and the system's httpd.")
	@test/run unit $(coverage) lint live browser $(cost)

deb:
	@$(DEPS) build deb
	@tools/deb

demo: all
	@$(DEPS) demo
	@demo/run

#   not what the source of an httpd has under such names
-include $(filter-out build/source/% build/httpds/%, \
    $(wildcard build/*/*.d build/*/*/*.d))
