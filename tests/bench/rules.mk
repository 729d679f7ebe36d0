# What `make bench` runs. The limits are built where their libraries are.
BENCH  := $(wildcard tests/bench/*.c)
LIMITS := $(patsubst simdjson,ondemand,$(patsubst libdeflate,inflate,$(shell \
          for p in simdjson libdeflate; do pkg-config --exists $$p 2>/dev/null && echo $$p; done)))

$(BUILD)/bench/bench: $(BENCH) $(wildcard tests/bench/*.h) $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,CC,tests/bench)
	$(Q)$(CC) $(FLAGS) -Itests/bench -o $@ $(BENCH) $(LIBRARY) $(LIBS)

$(BUILD)/bench/ondemand: tests/bench/peers/ondemand.cc
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)c++ -std=c++17 -O3 -o $@ $< -lsimdjson

$(BUILD)/bench/inflate: tests/bench/peers/inflate.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARN) -o $@ $< -ldeflate

benches: all $(BUILD)/receiver $(BUILD)/bench/bench $(addprefix $(BUILD)/bench/,$(LIMITS))
