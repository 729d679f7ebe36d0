# Fuzz targets: one tests/fuzz/fuzz_NAME.c each. `make fuzz` builds them with clang and libFuzzer,
# `make test` with replay.c, which puts the files in seeds/ and found/ to them.
TARGETS   := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
REPLAYERS := $(TARGETS:%=$(BUILD)/replay/%)
FUZZERS   := $(TARGETS:%=$(BUILD)/fuzzer/%)

FUZZ_BUILD := BUILD=engine/build/fuzz CC=clang CFLAGS='-O1 -g' WARN=-w SAN='-fno-omit-frame-pointer \
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined'

$(BUILD)/replay.o: tests/fuzz/replay.c tests/fuzz/fuzz.h
	@mkdir -p $(@D)
	$(Q)$(CC) $(FLAGS) -c -o $@ $<

$(BUILD)/replay/%: tests/fuzz/fuzz_%.c $(BUILD)/replay.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(FLAGS) -Itests/unit -MMD -MP -o $@ $< $(BUILD)/replay.o $(LIBRARY) $(LIBS)

$(BUILD)/fuzzer/%: tests/fuzz/fuzz_%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(FLAGS) -Itests/unit -MMD -MP -o $@ $< $(LIBRARY) -fsanitize=fuzzer $(LIBS)

fuzzers: $(if $(T),$(BUILD)/fuzzer/$(T),$(FUZZERS))

-include $(REPLAYERS:=.d) $(FUZZERS:=.d)
.PHONY: fuzzers
