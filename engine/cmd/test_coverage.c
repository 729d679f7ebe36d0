#include "cmd/test_coverage.h"

#include "cmd/page.h"

struct coverage_sum test_coverage_sum(const struct test_run *run) {
    const struct rules *rules = run->testing.rules;
    struct coverage_sum total = {0};
    for (size_t i = 0; i < rules->count; i++) {
        if (!selection_has_rule(&run->selection, &rules->list[i])) continue;
        struct coverage_sum sum = coverage_sum_of(&run->coverage->list[i]);
        coverage_sum_add(&total, &sum);
    }
    return total;
}

static void add_rules(struct buf *to, const struct test_run *run,
    void (*add)(struct buf *to, const struct manifest *rule, const struct covered_rule *covered)) {
    const struct rules *rules = run->testing.rules;
    for (size_t i = 0; i < rules->count; i++)
        if (selection_has_rule(&run->selection, &rules->list[i]))
            add(to, rules->list[i].manifest, &run->coverage->list[i]);
}

static void add_text(struct buf *to, const struct test_run *run, const struct coverage_sum *total) {
    add_rules(to, run, test_coverage_text);
    buf_add_text(to, "coverage: ");
    test_coverage_text_sum(to, total);
}

static void add_json(struct buf *to, const struct test_run *run) {
    buf_add_text(to, "{\"coverage\":");
    test_coverage_json(to, run);
    buf_add_text(to, "}\n");
}

static void add_all(struct buf *to, const struct test_run *run, const struct coverage_sum *total) {
    switch (run->report.format) {
    case TEST_LCOV: add_rules(to, run, test_coverage_lcov); break;
    case TEST_COBERTURA: test_coverage_cobertura(to, run); break;
    case TEST_JSON: add_json(to, run); break;
    default: add_text(to, run, total);
    }
}

/* Formats that have no word for it leave it to standard error. */
static void print(const struct test_run *run, const struct coverage_sum *total) {
    enum test_format format = run->report.format;
    bool is_data = format == TEST_LCOV || format == TEST_COBERTURA || format == TEST_JSON;
    struct buf text = {0};
    if (!is_data && run->report.quiet) return;
    add_all(&text, run, total);
    if (text.len) fwrite(text.at, 1, text.len, is_data || format == TEST_TEXT ? stdout : stderr);
    buf_release(&text);
}

static bool write_page(const struct test_run *run, const struct coverage_sum *total) {
    struct buf summary = {0}, totals = {0};
    FILE *file = run->options->html ? page_open(run->options->html) : NULL;
    if (!file) return !run->options->html;
    test_coverage_json(&summary, run);
    test_coverage_text_sum(&totals, total);
    const struct page page = {
        PAGE_COVERAGE, STR("Tocsin coverage"), buf_str(&totals), buf_str(&summary), NULL};
    bool good = page_write(&page, file);
    buf_release(&summary);
    buf_release(&totals);
    return good;
}

bool test_coverage(const struct test_run *run) {
    unsigned minimum = (unsigned)run->options->minimum;
    if (!run->coverage) return true;
    struct coverage_sum total = test_coverage_sum(run);
    print(run, &total);
    bool written = write_page(run, &total);
    unsigned percent = coverage_percent(&total);
    if (percent < minimum)
        fprintf(stderr, "tocsin test: coverage is %u %%, less than %u %%\n", percent, minimum);
    return written && percent >= minimum;
}
