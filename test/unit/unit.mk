# How the unit tests are built: the module's sources and fakes*.c in one
# archive, a program for each test_*.c, the sanitizers always on.

unit_sources = $(sources) $(sort $(wildcard test/unit/fakes*.c))
unit_objects = $(patsubst %.c,build/unit/%.o, \
    $(patsubst src/%,%,$(unit_sources:test/unit/%=%)))
unit_programs = $(patsubst test/unit/%.c,build/unit/%, \
    $(sort $(wildcard test/unit/*/test_*.c)))

#   object-size takes apr_pstrmemdup() at its word: APR says that it allocates
#   n bytes, and it allocates n + 1. The address sanitizer knows better.
sanitizers = address,undefined -fno-sanitize=object-size \
    -fno-sanitize-recover=all

#   if the compiler has it: what nobody has written is no zero by chance
unwritten := $(shell $(CC) -Werror -ftrivial-auto-var-init=pattern -c -x c \
    -o /dev/null /dev/null 2>/dev/null && echo -ftrivial-auto-var-init=pattern)
UNIT_CFLAGS = -g -O1 -fno-omit-frame-pointer -fsanitize=$(sanitizers) \
    $(unwritten)
UNIT_LIBS = $(shell $(PKG_CONFIG) --libs cmocka libpcre2-8) $(MOD_LIBS) \
    $(shell $(APU_CONFIG) --link-ld) $(shell $(APR_CONFIG) --link-ld --libs)

unit.command = $(CC) $(UNIT_CFLAGS) $(MOD_CFLAGS) $(DEFS) \
    $(EXTRA_CPPFLAGS) $(filter-out -D_FORTIFY_SOURCE=%,$(CPPFLAGS)) \
    $(MOD_CPPFLAGS) -Itest/unit

.PHONY: unit-programs unit-deps
.SECONDARY: $(unit_programs:=.o)
unit-programs: $(unit_programs)

unit-deps:
	@$(DEPS) unit

build/unit/%.o: %.c build/unit.flags | unit-deps
	@mkdir -p $(@D)
	$(unit.command) $(track) -c -o $@ $<

build/unit/%.o: src/%.c build/unit.flags | unit-deps
	@mkdir -p $(@D)
	$(unit.command) $(track) -c -o $@ $<

build/unit/%.o: test/unit/%.c build/unit.flags | unit-deps
	@mkdir -p $(@D)
	$(unit.command) $(track) -c -o $@ $<

build/unit/module.a: $(unit_objects)
	rm -f $@
	ar rcs $@ $(unit_objects)

$(unit_programs): %: %.o build/unit/module.a
	$(CC) $(UNIT_CFLAGS) -o $@ $< build/unit/module.a $(UNIT_LIBS)
