# What `make bench` runs.
BENCH := $(wildcard tests/bench/*.c)

$(BUILD)/bench/bench: $(BENCH) $(wildcard tests/bench/*.h) $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,CC,tests/bench)
	$(Q)$(CC) $(FLAGS) -Itests/bench -o $@ $(BENCH) $(LIBRARY) $(LIBS)
