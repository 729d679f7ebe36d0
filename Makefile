# make         builds engine/build/tocsin
# make help    says what else there is
.DEFAULT_GOAL := all
SHELL := /bin/bash
MAKEFLAGS += --no-builtin-rules

BUILD   ?= engine/build
PREFIX  ?= /usr/local
VERSION := 0.1.0
CC      ?= cc
CFLAGS  ?= -O2 -g
SAN     ?=

PACKAGES_PC := lua5.4 libcjson libcurl yaml-0.1 sqlite3 libpcre2-8 zlib libcrypto
WARN  := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
         -Wformat=2 -Wno-format-nonliteral -Werror
FLAGS  = -std=c11 -D_GNU_SOURCE -Iengine -DVERSION='"$(VERSION)"' \
         -DDATA_DIR='"$(PREFIX)/share/tocsin"' -fstack-protector-strong -pthread \
         $(WARN) $(shell pkg-config --cflags $(PACKAGES_PC)) $(CFLAGS) $(SAN)
LIBS   = $(shell pkg-config --libs $(PACKAGES_PC)) -lm -pthread $(SAN)

SOURCES := $(sort $(wildcard engine/*/*.c))
OBJECTS := $(SOURCES:engine/%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/libtocsin.a
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))

all: $(BUILD)/tocsin ## build the program

$(BUILD)/tocsin: $(BUILD)/cmd/main.o $(LIBRARY)
	$(CC) -o $@ $^ $(LIBS)

$(LIBRARY): $(filter-out $(BUILD)/cmd/main.o,$(OBJECTS))
	rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: engine/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%: tests/unit/%.c tests/unit/check.h $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -Itests/unit -MMD -MP -o $@ $< $(LIBRARY) -lcmocka $(LIBS)

unit: $(UNITS) ## C tests; T=json runs test_json
	@set -e; for t in $(if $(T),$(BUILD)/unit/test_$(T),$(UNITS)); do $$t; done

clean: ## remove what was built
	rm -rf engine/build

help: ## this text
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

-include $(OBJECTS:.o=.d)
.PHONY: all unit clean help
