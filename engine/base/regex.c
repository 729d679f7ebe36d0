#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/regex.h"

#include "base/mem.h"

#include <pcre2.h>
#include <pthread.h>
#include <stdint.h>

/* Enough for honest patterns on the longest CloudTrail field. PCRE2's own limits count backtracking
 * only; how far an item runs through the subject is ours to count, at a callout before each item. */
enum {
    MATCH_LIMIT = 100000,
    DEPTH_LIMIT = 1000,
    HEAP_LIMIT_KIB = 1024,
    BYTES_A_STEP = 8,
    UNCOUNTED_LIMIT = 2000000,
    SCAN_LIMIT = 50000000, /* bytes of subject times bytes of pattern: a class may be that long */
};

struct regex {
    pcre2_code *code;
    size_t pattern_len;
    bool is_counted; /* has callouts: a long list of words is too large with them */
};

struct work {
    size_t left, at;
};

static int pay(pcre2_callout_block *block, void *context) {
    struct work *work = context;
    size_t at = block->current_position;
    size_t cost = 1 + (at > work->at ? at - work->at : work->at - at) / BYTES_A_STEP;
    work->at = at;
    bool enough = cost <= work->left;
    work->left = enough ? work->left - cost : 0;
    return enough ? 0 : PCRE2_ERROR_CALLOUT;
}

/* What a search writes to: one a thread, kept until the thread ends, so that searching allocates
 * nothing and compiled expressions are shared. */
struct scratch {
    pcre2_match_data *data;
    pcre2_match_context *limits;
};

static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;

static void scratch_free(void *at) {
    struct scratch *scratch = at;
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->limits);
    mem_free(scratch);
}

static void scratch_init(void) {
    pthread_key_create(&scratch_key, scratch_free);
}

static struct scratch *scratch_new(void) {
    struct scratch *scratch = mem_alloc(sizeof *scratch);
    scratch->data = pcre2_match_data_create(REGEX_GROUPS, NULL);
    scratch->limits = pcre2_match_context_create(NULL);
    pcre2_set_depth_limit(scratch->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(scratch->limits, HEAP_LIMIT_KIB);
    return scratch;
}

static struct scratch *scratch_get(void) {
    pthread_once(&scratch_once, scratch_init);
    struct scratch *scratch = pthread_getspecific(scratch_key);
    if (scratch) return scratch;
    scratch = scratch_new();
    pthread_setspecific(scratch_key, scratch);
    return scratch;
}

static pcre2_code *compile(struct str pattern, uint32_t more, int *error, size_t *offset) {
    uint32_t flags = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | more;
    return pcre2_compile((PCRE2_SPTR)pattern.at, pattern.len, flags, error, offset, NULL);
}

/* Without any of these no item runs further than the pattern is long. */
static bool repeats(struct str pattern) {
    for (size_t i = 0; i < pattern.len; i++)
        if (memchr("*+{", pattern.at[i], 3)) return true;
    return false;
}

struct regex *regex_new(struct str pattern, struct diag *diag) {
    int error;
    size_t offset;
    bool is_counted = true;
    if (pattern.len > REGEX_LONGEST) {
        diag_set(diag, "the expression is too long");
        return NULL;
    }
    pcre2_code *code = compile(pattern, PCRE2_AUTO_CALLOUT, &error, &offset);
    if (!code && error == PCRE2_ERROR_PATTERN_TOO_LARGE && !repeats(pattern)) {
        is_counted = false;
        code = compile(pattern, 0, &error, &offset);
    }
    if (!code) {
        PCRE2_UCHAR text[128];
        pcre2_get_error_message(error, text, sizeof text);
        diag_set(diag, "%s at character %zu", (char *)text, offset + 1);
        return NULL;
    }
    struct regex *regex = mem_alloc(sizeof *regex);
    *regex = (struct regex){code, pattern.len, is_counted};
    return regex;
}

void regex_free(struct regex *regex) {
    if (!regex) return;
    pcre2_code_free(regex->code);
    mem_free(regex);
}

size_t regex_size(const struct regex *regex) {
    size_t size = 0;
    pcre2_pattern_info(regex->code, PCRE2_INFO_SIZE, &size);
    return sizeof *regex + size;
}

static void take_groups(
    pcre2_match_data *data, struct str subject, int count, struct regex_groups *groups) {
    const size_t *offsets = pcre2_get_ovector_pointer(data);
    groups->count = count == 0 ? REGEX_GROUPS : (size_t)count;
    for (size_t i = 0; i < groups->count; i++) {
        size_t start = offsets[2 * i], end = offsets[2 * i + 1];
        bool taken = start != PCRE2_UNSET && start <= end;
        groups->list[i] = taken ? (struct str){subject.at + start, end - start} : (struct str){0};
    }
}

/* PCRE2 counts anew from each place of the subject. */
static uint32_t match_limit(const struct regex *regex, struct str subject) {
    size_t most = UNCOUNTED_LIMIT / (subject.len + 1);
    return regex->is_counted || most > MATCH_LIMIT ? MATCH_LIMIT : (uint32_t)most;
}

static void pay_uncounted(const struct regex *regex, struct str subject, struct work *work) {
    if (!regex->is_counted) work->left = subject.len < work->left ? work->left - subject.len : 0;
}

enum regex_result regex_search_within(const struct regex *regex, struct str subject, size_t from,
    struct regex_groups *groups, size_t *work) {
    struct scratch *scratch = scratch_get();
    struct work paid = {*work, from};
    if (from > subject.len) return REGEX_NO;
    if (regex->pattern_len && subject.len > SCAN_LIMIT / regex->pattern_len) return REGEX_LIMIT;
    pay_uncounted(regex, subject, &paid);
    pcre2_set_callout(scratch->limits, pay, &paid);
    pcre2_set_match_limit(scratch->limits, match_limit(regex, subject));
    int count = pcre2_match(
        regex->code, (PCRE2_SPTR)subject.at, subject.len, from, 0, scratch->data, scratch->limits);
    *work = paid.left;
    if (count == PCRE2_ERROR_NOMATCH) return REGEX_NO;
    if (count < 0) return REGEX_LIMIT;
    if (groups) take_groups(scratch->data, subject, count, groups);
    return REGEX_YES;
}

enum regex_result regex_search(
    const struct regex *regex, struct str subject, size_t from, struct regex_groups *groups) {
    size_t work = REGEX_WORK;
    return regex_search_within(regex, subject, from, groups, &work);
}
