# Put before the C library by the tests of what fails: tests/fault/fault.c says how.
$(BUILD)/fault.so: tests/fault/fault.c | needs-build
	@mkdir -p $(@D)
	$(call say,CC,tests/fault)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O2 -g -shared -fPIC -o $@ $<
