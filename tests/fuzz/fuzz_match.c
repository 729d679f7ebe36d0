/* string.find, match, gmatch and gsub of rules: the answers of stock Lua, or stopped. The input is
 * two bytes, what is asked and where to begin, then pattern, subject and replacement with a NUL
 * between them. */
#include "fuzz.h"

#include "match_stock.h"

enum { STEPS = 20000, PATTERN = 200, NO_NUMBER = 0x80 };

static struct match_question read_question(struct str input) {
    struct match_question question = {0};
    if (input.len < 2) return question;
    unsigned char kind = (unsigned char)input.at[0];
    question.kind = (kind & ~NO_NUMBER) % ASK_KINDS;
    question.has_number = !(kind & NO_NUMBER);
    question.number = (signed char)input.at[1];
    input = (struct str){input.at + 2, input.len - 2};
    question.pattern = fuzz_take(&input, '\0');
    question.subject = fuzz_take(&input, '\0');
    question.with = input;
    return question;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static struct match_pair pair;
    if (!pair.stock) demand(match_pair_open(&pair, STEPS), "the library does not load");
    struct match_question question = read_question(fuzz_input(bytes, size));
    if (question.pattern.len > PATTERN) return 0;
    demand(match_ask(&pair, &question) != MATCH_DIFFERENT, "%s\n  ours  %s\n  stock %s",
        match_kinds[question.kind], buf_text(&pair.ours_said), buf_text(&pair.stock_said));
    return 0;
}
