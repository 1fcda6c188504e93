# Which lines and branches the tests reach: the module's sources once more,
# counted and without sanitizers (they would add branches of their own).
#
#   make coverage    of unit and live tests together, by file

COVERAGE_CFLAGS = -g -O0 -fPIC --coverage -fprofile-update=atomic
coverage_objects = $(patsubst %.c,build/coverage/%.o,$(sources:src/%=%))
coverage_programs = $(patsubst build/unit/%,build/coverage/%,$(unit_programs))
coverage.command = $(CC) $(COVERAGE_CFLAGS) $(MOD_CFLAGS) $(DEFS) \
    $(EXTRA_CPPFLAGS) $(filter-out -D_FORTIFY_SOURCE=%,$(CPPFLAGS)) \
    $(MOD_CPPFLAGS)

#   what stands for httpd; without sanitizers the pools may be APR's own
coverage_fakes = $(filter-out %/fakes_pool.o,$(filter build/unit/fakes%, \
    $(unit_objects)))

#   those that bring a source of their own, built in another way
substitutes = $(patsubst test/unit/%.c,build/coverage/%, \
    $(wildcard test/unit/*/test_*_without_*.c))

.PHONY: coverage coverage-programs
.SECONDARY: $(coverage_objects) $(substitutes:=.o)
coverage-programs: $(coverage_programs)

coverage: coverage-programs build/coverage/mod_cors_cookies.so
	@$(DEPS) live
	@test/coverage unit live

build/coverage/%.o: %.c build/coverage.flags | unit-deps
	@mkdir -p $(@D)
	$(coverage.command) $(track) -c -o $@ $<

build/coverage/%.o: src/%.c build/coverage.flags | unit-deps
	@mkdir -p $(@D)
	$(coverage.command) $(track) -c -o $@ $<

$(substitutes:=.o): build/coverage/%.o: test/unit/%.c build/coverage.flags
	@mkdir -p $(@D)
	$(coverage.command) -Itest/unit $(track) -c -o $@ $<

build/coverage/module.a: $(coverage_objects)
	rm -f $@
	ar rcs $@ $(coverage_objects)

$(filter-out $(substitutes),$(coverage_programs)): \
    build/coverage/%: build/unit/%.o $(coverage_fakes) build/coverage/module.a
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) --coverage -o $@ $^ $(UNIT_LIBS)

$(substitutes): build/coverage/%: build/coverage/%.o \
    $(coverage_fakes) build/coverage/module.a
	$(CC) $(UNIT_CFLAGS) --coverage -o $@ $^ $(UNIT_LIBS)

build/coverage/mod_cors_cookies.so: $(coverage_objects)
	$(CC) -shared -Wl,-Bsymbolic --coverage -o $@ $^ $(MOD_LIBS)
