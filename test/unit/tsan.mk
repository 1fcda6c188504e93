# Many threads that share one policy, under ThreadSanitizer. APR is not
# built with it: what is looked at is the module's own memory.
#
#   make tsan

TSAN_CFLAGS = -g -O1 -fno-omit-frame-pointer -fsanitize=thread
tsan_objects = $(unit_objects:build/unit/%=build/tsan/%) \
    build/tsan/whole/test_threads.o
tsan.command = $(CC) $(TSAN_CFLAGS) $(MOD_CFLAGS) $(DEFS) \
    $(EXTRA_CPPFLAGS) $(filter-out -D_FORTIFY_SOURCE=%,$(CPPFLAGS)) \
    $(MOD_CPPFLAGS) -Itest/unit

.PHONY: tsan tsan-deps
.SECONDARY: $(tsan_objects)
tsan: build/tsan/whole/test_threads
	build/tsan/whole/test_threads

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

build/tsan/whole/test_threads: $(tsan_objects)
	$(CC) $(TSAN_CFLAGS) -o $@ $^ $(UNIT_LIBS)
