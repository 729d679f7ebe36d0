# The receiver of the end-to-end tests and of `make demo`; needs libmicrohttpd-dev.
RECEIVER := $(wildcard tests/receiver/*.c)

$(BUILD)/receiver: $(RECEIVER) $(wildcard tests/receiver/*.h) $(LIBRARY) | needs-receiver
	@mkdir -p $(@D)
	$(call say,CC,tests/receiver)
	$(Q)$(CC) $(FLAGS) -Itests/receiver -o $@ $(RECEIVER) $(LIBRARY) -lmicrohttpd $(LIBS)

needs-receiver:
	$(call needs,libmicrohttpd,demo)

.PHONY: needs-receiver
