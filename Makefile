# make        builds engine/build/tocsin
# make help   says what else there is
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:

BUILD   ?= engine/build
PREFIX  ?= /usr/local
VERSION := 0.1.0
CC      := $(if $(filter default,$(origin CC)),cc,$(CC))
CFLAGS  ?= -O2 -g
SAN     ?=

PACKAGES := lua5.4 libcjson libcurl yaml-0.1 sqlite3 libpcre2-8 zlib libdeflate libcrypto libseccomp
WARN  := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
         -Wformat=2 -Wno-format-nonliteral -Werror
FLAGS := -std=c11 -D_GNU_SOURCE -Iengine -DVERSION='"$(VERSION)"' \
         -DDATA_DIR='"$(PREFIX)/share/tocsin"' -fstack-protector-strong -pthread \
         $(WARN) $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null) $(CFLAGS) $(SAN)
LIBS  := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm -pthread $(SAN)

SOURCES := $(sort $(wildcard engine/*/*.c))
OBJECTS := $(SOURCES:engine/%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/libtocsin.a
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
TOOLS   := $(addprefix $(BUILD)/,receiver rogue.so fault.so)
SHELL_FILES := $(wildcard engine/*.sh tests/*.sh tests/*/*.sh examples/*/*.sh) .ci/run

# One short line for each step; V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2))

all: $(BUILD)/tocsin ## build the program

$(BUILD)/tocsin: $(BUILD)/cmd/main.o $(LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CC) -o $@ $^ $(LIBS)

$(LIBRARY): $(filter-out $(BUILD)/cmd/main.o,$(OBJECTS))
	$(Q)rm -f $@ && ar rcs $@ $^

# One line in place of what a compiler says of a header that is not there.
needs = @pkg-config --exists $(1) 2>/dev/null && command -v $(firstword $(CC)) >/dev/null || \
        { echo 'packages are missing; they come with: sh engine/packages.sh $(2)' >&2; exit 1; }

needs-build:
	$(call needs,$(PACKAGES),build)

needs-test:
	$(call needs,cmocka,test)

$(BUILD)/%.o: engine/%.c | needs-build
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(FLAGS) -MMD -MP -c -o $@ $<

# Takes them in (cmd/page_parts.c).
$(BUILD)/cmd/page_parts.o: $(wildcard engine/cmd/page/*)

$(BUILD)/unit/%: tests/unit/%.c tests/unit/check.h $(LIBRARY) | needs-test
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(FLAGS) -Itests/unit -MMD -MP -o $@ $< $(LIBRARY) -lcmocka $(LIBS)

-include tests/receiver/rules.mk tests/rogue/rules.mk tests/fuzz/rules.mk tests/fault/rules.mk tests/bench/rules.mk

demo: ## the main job, before your eyes: CloudTrail records to Slack and PagerDuty
	@sh engine/packages.sh demo
	@$(MAKE) --silent $(BUILD)/tocsin $(BUILD)/receiver
	@bash examples/demo/demo.sh

test: ## every test; installs what they need
	@sh engine/packages.sh test
	@$(MAKE) --silent tests
	@BUILD=$(BUILD) bash tests/run.sh unit fuzz cases e2e

tests: all $(UNITS) $(TOOLS) $(REPLAYERS) $(BUILD)/bench/bench

unit: $(if $(T),$(BUILD)/unit/test_$(T),$(UNITS)) ## C tests; T=json runs tests/unit/test_json.c
	@BUILD=$(BUILD) bash tests/run.sh unit $(T)

cases: all $(TOOLS) $(BUILD)/bench/bench ## golden tests of the command line; T=name runs one
	@BUILD=$(BUILD) bash tests/run.sh cases $(T)

e2e: all $(TOOLS) ## end to end: kills, outages, hostile events; T=name runs one
	@BUILD=$(BUILD) bash tests/run.sh e2e $(T)

asan: ## every test under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --silent test BUILD=engine/build/asan CFLAGS='-O1 -g -Wno-format-truncation' \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer'

fuzz: ## random inputs; T=json for one target, SECONDS=60 or RUNS=1000000
	@[ -z "$(T)" ] || [ -f tests/fuzz/fuzz_$(T).c ] || \
	    { echo "make fuzz: no target '$(T)', there are: $(TARGETS)" >&2; exit 2; }
	@sh engine/packages.sh fuzz
	@$(MAKE) --silent fuzzers $(FUZZ_BUILD)
	@bash tests/fuzz.sh "$(T)" "$(SECONDS)" "$(RUNS)"

replay: $(REPLAYERS) ## what was fuzzed and found before, once more; T=json for one target
	@BUILD=$(BUILD) bash tests/run.sh fuzz $(T)

bench: ## speed beside peers and limits; BENCH_MB=1024 BENCH_ROUNDS=9 or more (tests/bench/bench.py)
	@sh engine/packages.sh bench || echo 'make bench: what is missing is left out' >&2
	@$(MAKE) --silent benches
	@python3 -B tests/bench/bench.py $(BUILD)

lint: ## floors, lengths, style and static analysis
	@sh engine/packages.sh lint
	@bash tests/lint.sh

fmt: ## bring C into the house style; needs the packages of lint
	clang-format -i engine/*/*.[ch] tests/*/*.[ch]

SHARE := $(DESTDIR)$(PREFIX)/share
COMPLETE := $(SHARE)/bash-completion/completions/tocsin $(SHARE)/zsh/site-functions/_tocsin

install: all ## program, library, rules, manual and completion to PREFIX (/usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/tocsin/examples $(SHARE)/man/man1 $(dir $(COMPLETE))
	install -m 755 $(BUILD)/tocsin $(DESTDIR)$(PREFIX)/bin/tocsin
	cp -R lua rules $(SHARE)/tocsin/
	cp -R examples/new $(SHARE)/tocsin/examples/
	$(BUILD)/tocsin completion bash > $(firstword $(COMPLETE))
	$(BUILD)/tocsin completion zsh > $(lastword $(COMPLETE))
	$(BUILD)/tocsin man > $(SHARE)/man/man1/tocsin.1
	for name in $$($(BUILD)/tocsin man | sed -n 's/^\.BR tocsin.-\([a-z]*\) .*/\1/p'); do \
	    $(BUILD)/tocsin man $$name > $(SHARE)/man/man1/tocsin-$$name.1 || exit 1; done

clean: ## remove what was built
	rm -rf engine/build

help: ## this text
	@grep -hE '^[a-z0-9]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 10

-include $(OBJECTS:.o=.d) $(UNITS:=.d)
.PHONY: all needs-build needs-test demo test tests unit cases e2e asan fuzz replay bench benches lint fmt install clean help
