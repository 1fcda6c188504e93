# Random policies and requests against an oracle: test/attack/attack.py.
#
#   make attack                                     200,000 requests
#   make attack ATTACK_REQUESTS=5000                fewer
#   make attack ATTACK_SEED=…                       the same ones again
#   make attack ATTACK_SEED=… ATTACK_CASE=3.1727    one of them

ATTACK_REQUESTS = 200000

.PHONY: attack
attack: export ATTACK_REQUESTS := $(ATTACK_REQUESTS)
attack: export ATTACK_SEED := $(ATTACK_SEED)
attack: export ATTACK_CASE := $(ATTACK_CASE)
attack: all
	@$(DEPS) live
	@test/attack/attack.py
