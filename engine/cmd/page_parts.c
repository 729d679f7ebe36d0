#include "cmd/page_parts.h"

#include <stdint.h>

/* The assembler takes the bytes of a file in, and says how many there are (-Iengine). */
#define TAKE_IN(name, file)                                                                        \
    __asm__(".section .rodata\n"                                                                   \
            ".balign 8\n"                                                                          \
            "page_" #name "_size: .quad page_" #name "_end - page_" #name "\n"                     \
            "page_" #name ": .incbin \"cmd/page/" file "\"\n"                                      \
            "page_" #name "_end: .byte 0\n"                                                        \
            ".previous\n");                                                                        \
    extern const uint64_t page_##name##_size;                                                      \
    extern const char page_##name[]

TAKE_IN(style_text, "page.css");
TAKE_IN(body_text, "page.html");
TAKE_IN(dom, "dom.js");
TAKE_IN(state, "state.js");
TAKE_IN(pack, "pack.js");
TAKE_IN(chart, "chart.js");
TAKE_IN(table, "table.js");
TAKE_IN(explanation, "explanation.js");
TAKE_IN(alerts, "alerts.js");
TAKE_IN(attack, "attack.js");
TAKE_IN(replay, "replay.js");
TAKE_IN(lines, "lines.js");
TAKE_IN(diff, "diff.js");
TAKE_IN(coverage, "coverage.js");

#define PART(name)                                                                                 \
    { page_##name, &page_##name##_size }

struct part {
    const char *at;
    const uint64_t *size;
};

static const struct part common[] = {
    PART(dom), PART(state), PART(pack), PART(chart), PART(table), {0}};
static const struct part replay[] = {
    PART(explanation), PART(alerts), PART(attack), PART(replay), {0}};

static const struct part diff[] = {PART(lines), PART(diff), {0}};
static const struct part coverage[] = {PART(coverage), {0}};

static const struct part *const kinds[] = {
    [PAGE_REPLAY] = replay, [PAGE_DIFF] = diff, [PAGE_COVERAGE] = coverage};

struct str page_style(void) {
    return (struct str){page_style_text, page_style_text_size};
}

struct str page_body(void) {
    return (struct str){page_body_text, page_body_text_size};
}

static void add(struct buf *to, const struct part *part) {
    for (; part->at; part++) buf_add(to, part->at, *part->size);
}

void page_add_script(struct buf *to, enum page_kind kind) {
    add(to, common);
    add(to, kinds[kind]);
}
