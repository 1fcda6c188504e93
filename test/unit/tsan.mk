# Many threads that share one policy, under ThreadSanitizer. APR is not
# built with it: what is looked at is the module's own memory.
#
#   make tsan

TSAN_CFLAGS = -g -O1 -fno-omit-frame-pointer -fsanitize=thread
tsan_programs = build/tsan/whole/test_threads \
    build/tsan/policy/test_origin_lists
tsan_objects = $(unit_objects:build/unit/%=build/tsan/%)
tsan.command = $(CC) $(TSAN_CFLAGS) $(MOD_CFLAGS) $(DEFS) \
    $(EXTRA_CPPFLAGS) $(filter-out -D_FORTIFY_SOURCE=%,$(CPPFLAGS)) \
    $(MOD_CPPFLAGS) -Itest/unit

.PHONY: tsan tsan-deps
.SECONDARY: $(tsan_objects) $(tsan_programs:=.o)
tsan: $(tsan_programs)
	$(foreach program,$^,$(program) &&) true

tsan-deps:
	@$(DEPS) unit tsan

build/tsan/%.o: %.c build/tsan.flags | tsan-deps
	@mkdir -p $(@D)
	$(tsan.command) $(track) -c -o $@ $<

build/tsan/%.o: src/%.c build/tsan.flags | tsan-deps
	@mkdir -p $(@D)
	$(tsan.command) $(track) -c -o $@ $<

build/tsan/%.o: test/unit/%.c build/tsan.flags | tsan-deps
	@mkdir -p $(@D)
	$(tsan.command) $(track) -c -o $@ $<

$(tsan_programs): %: %.o $(tsan_objects)
	$(CC) $(TSAN_CFLAGS) -o $@ $^ $(UNIT_LIBS)
