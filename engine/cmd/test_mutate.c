#include "cmd/test_mutate.h"

#include "base/clock.h"
#include "base/log.h"
#include "flow/errands.h"

enum { TRIAL_MS = 10000 /* and ten times what all tests took */ };

/* One to try: the how manyth of which rule. */
struct errand {
    struct mutated *mutated;
    size_t number;
    struct mutant_trial trial;
};

struct mutation {
    struct arena arena;
    struct test_run *run;
    struct mutated *list; /* of rules, in their order */
    struct mutant_trial *trials;
    size_t count;
    struct errand *errands; /* in the order in which they are tried */
    size_t errand_count;
};

/* ---- which rules ---- */

static const bool *wanted_tests(struct mutation *mutation, const struct rule *rule, bool *any) {
    const struct manifest *manifest = rule->manifest;
    const struct selection *selection = &mutation->run->selection;
    bool *wanted = arena_list(&mutation->arena, bool, manifest->test_count + 1);
    *any = manifest->test_count == 0 && selection_is_whole(selection, rule);
    for (size_t i = 0; i < manifest->test_count; i++) {
        wanted[i] = selection_has_test(selection, rule, &manifest->tests[i]);
        *any = *any || wanted[i];
    }
    return wanted;
}

static void tell_failing(const struct manifest *rule) {
    fprintf(stderr, "%s:%u:%u: warning: rule '%.*s' is not mutated: its tests fail\n",
        rule->id_place.file, rule->id_place.line, rule->id_place.column, STR_ARG(rule->id));
}

static void add_rule(struct mutation *mutation, uint32_t number) {
    const struct test_run *run = mutation->run;
    const struct rule *rule = &run->testing.rules->list[number];
    bool any;
    if (!selection_has_rule(&run->selection, rule)) return;
    const bool *wanted = wanted_tests(mutation, rule, &any);
    if (!any) return;
    if (run->fails[number]) {
        tell_failing(rule->manifest);
        return;
    }
    struct mutated *mutated = &mutation->list[mutation->count];
    mutated->rule = rule->manifest;
    mutants_find(&mutated->mutants, rule->manifest);
    mutated->outcomes = arena_list(&mutation->arena, uint8_t, mutated->mutants.count + 1);
    mutation->trials[mutation->count++] = (struct mutant_trial){&run->testing, number, wanted};
    mutation->errand_count += mutated->mutants.count;
}

static void add_rules(struct mutation *mutation) {
    size_t count = mutation->run->testing.rules->count;
    mutation->list = arena_list(&mutation->arena, struct mutated, count + 1);
    mutation->trials = arena_list(&mutation->arena, struct mutant_trial, count + 1);
    for (uint32_t i = 0; i < count; i++) add_rule(mutation, i);
}

/* ---- in which order ---- */

static size_t common_divisor(size_t a, size_t b) {
    return b ? common_divisor(b, a % b) : a;
}

/* About 0.618 of the count: steps of that go to all places, and early ones are far apart. */
static size_t stride(size_t count) {
    size_t step = count * 618 / 1000;
    while (step > 1 && common_divisor(count, step) > 1) step--;
    return step ? step : 1;
}

/* One of each rule in turn, so that little time is spent on all of them. */
static void order(struct mutation *mutation) {
    size_t filled = 0;
    mutation->errands = arena_list(&mutation->arena, struct errand, mutation->errand_count + 1);
    for (size_t turn = 0; filled < mutation->errand_count; turn++)
        for (size_t i = 0; i < mutation->count; i++) {
            struct mutated *mutated = &mutation->list[i];
            size_t count = mutated->mutants.count;
            if (turn >= count) continue;
            size_t number = turn * stride(count) % count;
            mutation->errands[filled++] = (struct errand){mutated, number, mutation->trials[i]};
        }
}

/* ---- trying ---- */

static uint8_t try_one(void *context, size_t number) {
    const struct mutation *mutation = context;
    const struct errand *errand = &mutation->errands[number];
    return (uint8_t)mutant_try(&errand->trial, &errand->mutated->mutants.list[errand->number]);
}

static void show(void *context, size_t begun) {
    const struct mutation *mutation = context;
    char line[80];
    snprintf(line, sizeof line, "%3.0f %%  %zu of %zu mutants",
        100.0 * (double)begun / (double)mutation->errand_count, begun, mutation->errand_count);
    log_status(line);
}

static bool try_all(struct mutation *mutation, int64_t spent_ms) {
    struct diag diag = {0};
    struct errands errands = {.count = mutation->errand_count,
        .jobs = mutation->run->jobs,
        .run = try_one,
        .show = show,
        .context = mutation,
        .lost = MUTANT_KILLED,
        .limit_ms = TRIAL_MS + 10 * spent_ms,
        .until_ms = clock_add_ms(clock_monotonic_ms(), mutation->run->mutate_ms)};
    uint8_t *outcomes = arena_list(&mutation->arena, uint8_t, errands.count + 1);
    bool good = errands_run(&errands, outcomes, &diag);
    log_status("");
    if (!good) log_error("%s", diag.text);
    for (size_t i = 0; i < errands.count; i++) {
        const struct errand *errand = &mutation->errands[i];
        errand->mutated->outcomes[errand->number] = outcomes[i];
    }
    return good;
}

/* ---- the whole ---- */

static struct mutation_sum sum_up(const struct mutation *mutation) {
    struct mutation_sum total = {0};
    for (size_t i = 0; i < mutation->count; i++) {
        struct mutation_sum sum = mutation_sum_of(&mutation->list[i]);
        total.killed += sum.killed;
        total.lived += sum.lived;
        total.untried += sum.untried;
    }
    return total;
}

/* What was tried speaks for the rest; nothing that was tried says nothing. */
static bool is_enough(const struct test_run *run, const struct mutation_sum *sum) {
    unsigned percent = mutation_percent(sum), minimum = (unsigned)run->options->minimum;
    bool none = minimum && sum->untried && !(sum->killed + sum->lived);
    if (none) fputs("tocsin test: there was no time for a single mutant\n", stderr);
    if (percent < minimum)
        fprintf(stderr, "tocsin test: %u %% of mutants are killed, less than %u %%\n", percent,
            minimum);
    return !none && percent >= minimum;
}

bool test_mutate(struct test_run *run) {
    struct mutation mutation = {.run = run};
    if (!run->options->mutate) return true;
    add_rules(&mutation);
    order(&mutation);
    bool good = try_all(&mutation, run->spent_ms);
    struct mutation_sum total = sum_up(&mutation);
    if (good) mutation_tell(run, mutation.list, mutation.count, &total);
    good = good && is_enough(run, &total);
    for (size_t i = 0; i < mutation.count; i++) mutants_release(&mutation.list[i].mutants);
    arena_release(&mutation.arena);
    return good;
}
