#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/regex.h"

#include "base/mem.h"

#include <pcre2.h>
#include <pthread.h>
#include <stdint.h>

/* Enough for honest patterns on the longest CloudTrail field, over in a few milliseconds. */
enum { MATCH_LIMIT = 100000, DEPTH_LIMIT = 1000, HEAP_LIMIT_KIB = 1024 };

struct regex {
    pcre2_code *code;
    pcre2_match_context *limits;
};

/* What a search writes to: one a thread, kept until the thread ends, so that searching allocates
 * nothing and compiled expressions are shared. */
static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;

static void scratch_free(void *data) {
    pcre2_match_data_free(data);
}

static void scratch_init(void) {
    pthread_key_create(&scratch_key, scratch_free);
}

static pcre2_match_data *scratch(void) {
    pthread_once(&scratch_once, scratch_init);
    pcre2_match_data *data = pthread_getspecific(scratch_key);
    if (data) return data;
    data = pcre2_match_data_create(REGEX_GROUPS, NULL);
    pthread_setspecific(scratch_key, data);
    return data;
}

struct regex *regex_new(struct str pattern, struct diag *diag) {
    int error;
    size_t offset;
    uint32_t flags = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    pcre2_code *code = pcre2_compile(
        (PCRE2_SPTR)pattern.at, pattern.len, flags, &error, &offset, NULL);
    if (!code) {
        PCRE2_UCHAR text[128];
        pcre2_get_error_message(error, text, sizeof text);
        diag_set(diag, "%s at character %zu", (char *)text, offset + 1);
        return NULL;
    }
    struct regex *regex = mem_alloc(sizeof *regex);
    regex->code = code;
    regex->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(regex->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(regex->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(regex->limits, HEAP_LIMIT_KIB);
    return regex;
}

void regex_free(struct regex *regex) {
    if (!regex) return;
    pcre2_match_context_free(regex->limits);
    pcre2_code_free(regex->code);
    mem_free(regex);
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

enum regex_result regex_search(
    const struct regex *regex, struct str subject, size_t from, struct regex_groups *groups) {
    pcre2_match_data *data = scratch();
    if (from > subject.len) return REGEX_NO;
    int count = pcre2_match(
        regex->code, (PCRE2_SPTR)subject.at, subject.len, from, 0, data, regex->limits);
    if (count == PCRE2_ERROR_NOMATCH) return REGEX_NO;
    if (count < 0) return REGEX_LIMIT;
    if (groups) take_groups(data, subject, count, groups);
    return REGEX_YES;
}
