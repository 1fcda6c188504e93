# How the fuzz targets are built. With clang and libFuzzer, to look for more:
#
#   make fuzz                    each target for a minute
#   make fuzz FUZZ_SECONDS=600   each for ten
#
# and then expression_oracle.py, which asks build/unit/ask_expression.
#
# What one finds goes into test/fuzz/corpus/NAME, which the unit tests
# replay: there each target is linked with replay.c, by any compiler.

FUZZ_SECONDS = 60
FUZZ_CC = clang
FUZZ_CFLAGS = -g -O1 -fno-omit-frame-pointer \
    -fsanitize=fuzzer-no-link,$(sanitizers)

fuzz_targets = $(patsubst test/fuzz/fuzz_%.c,%, \
    $(sort $(wildcard test/fuzz/fuzz_*.c)))
fuzz_objects = $(unit_objects:build/unit/%=build/fuzz/%)
fuzz.command = $(FUZZ_CC) $(FUZZ_CFLAGS) $(MOD_CFLAGS) \
    $(DEFS) $(EXTRA_CPPFLAGS) $(MOD_CPPFLAGS) -Itest/unit

.SECONDARY: $(fuzz_targets:%=build/unit/fuzz_%.o) \
    $(fuzz_targets:%=build/fuzz/fuzz_%.o)
unit-programs: $(fuzz_targets:%=build/unit/fuzz_%) build/unit/ask_expression

build/unit/ask_expression: build/unit/ask_expression.o build/unit/module.a
	$(CC) $(UNIT_CFLAGS) -o $@ $^ $(UNIT_LIBS)

build/unit/%.o: test/fuzz/%.c build/unit.flags | unit-deps
	@mkdir -p $(@D)
	$(unit.command) $(track) -c -o $@ $<

build/unit/fuzz_%: build/unit/fuzz_%.o build/unit/replay.o \
    build/unit/module.a
	$(CC) $(UNIT_CFLAGS) -o $@ $^ $(UNIT_LIBS)

.PHONY: fuzz fuzz-deps
fuzz: $(fuzz_targets:%=build/fuzz/fuzz_%) build/unit/ask_expression
	@for target in $(fuzz_targets); do \
	    mkdir -p build/fuzz/found/$$target && \
	    build/fuzz/fuzz_$$target -max_total_time=$(FUZZ_SECONDS) \
	        -max_len=4096 -timeout=10 -print_final_stats=1 \
	        -artifact_prefix=build/fuzz/$$target- \
	        $$(ls test/fuzz/$$target.dict 2>/dev/null | sed s/^/-dict=/) \
	        build/fuzz/found/$$target test/fuzz/corpus/$$target || exit; \
	done
	@test/fuzz/expression_oracle.py --seconds $(FUZZ_SECONDS) --seed $$$$

fuzz-deps:
	@$(DEPS) fuzz

build/fuzz/%.o: %.c build/fuzz.flags | fuzz-deps
	@mkdir -p $(@D)
	$(fuzz.command) $(track) -c -o $@ $<

build/fuzz/%.o: src/%.c build/fuzz.flags | fuzz-deps
	@mkdir -p $(@D)
	$(fuzz.command) $(track) -c -o $@ $<

build/fuzz/%.o: test/unit/%.c build/fuzz.flags | fuzz-deps
	@mkdir -p $(@D)
	$(fuzz.command) $(track) -c -o $@ $<

build/fuzz/%.o: test/fuzz/%.c build/fuzz.flags | fuzz-deps
	@mkdir -p $(@D)
	$(fuzz.command) $(track) -c -o $@ $<

build/fuzz/module.a: $(fuzz_objects)
	rm -f $@
	ar rcs $@ $(fuzz_objects)

build/fuzz/fuzz_%: build/fuzz/fuzz_%.o build/fuzz/module.a
	$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -o $@ $^ $(UNIT_LIBS)
