# Many requests, and restarts, at once: test/load/load.py says what must hold.
#
#   make load                           a million requests to each MPM
#   make load LOAD_REQUESTS=50000       fewer

LOAD_REQUESTS = 1000000

.PHONY: load
load: all
	@$(DEPS) live load
	@test/load/load.py $(LOAD_REQUESTS)
