# What measures the module: docs/performance.md says what and how.

BENCH_LIBS = $(shell $(PKG_CONFIG) --libs libpcre2-8) \
    $(shell $(APU_CONFIG) --link-ld) $(shell $(APR_CONFIG) --link-ld --libs)
matcher_sources = $(addprefix src/, $(addprefix policy/, matcher.c \
    pattern_table.c wild_labels.c hash.c) $(addprefix syntax/, \
    pattern.c origin.c host.c token.c idna.c))

.PHONY: bench

#   with the options of the module itself
build/matcher_bench: test/bench/matcher_bench.c $(matcher_sources) \
    $(wildcard src/*.h src/*/*.h) build/compile.flags
	$(CC) $(ALL_CFLAGS) $(ALL_CPPFLAGS) -o $@ $(filter %.c,$^) \
	    $(BENCH_LIBS) $(MOD_LIBS)

bench: all
	@$(DEPS) live bench
	@$(MAKE) --no-print-directory build/matcher_bench
	@test/bench/bench.py
