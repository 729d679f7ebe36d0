# A library that makes a worker misbehave, for tests of its fences.
$(BUILD)/rogue.so: tests/rogue/rogue.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -std=c11 -O1 $(WARN) -fPIC -shared -o $@ $< -ldl
