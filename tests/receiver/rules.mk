# The receiver of the end-to-end tests and of `make demo`; needs libmicrohttpd-dev.
RECEIVER := $(wildcard tests/receiver/*.c)

$(BUILD)/receiver: $(RECEIVER) $(wildcard tests/receiver/*.h) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -Itests/receiver -o $@ $(RECEIVER) $(LIBRARY) -lmicrohttpd $(LIBS)
