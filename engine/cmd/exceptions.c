#include "cmd/exceptions.h"

#include "base/clock.h"
#include "base/log.h"
#include "cmd/table.h"

#include <inttypes.h>
#include <stdlib.h>

/* All that are known, in one list. */
struct known {
    struct arena arena;
    struct store_exception *list;
    size_t count;
};

static void add(struct known *known, const struct store_exception *exception) {
    known->list = arena_grow(&known->arena, known->list, known->count);
    known->list[known->count++] = *exception;
}

static bool add_hit(void *context, const struct store_exception *hit) {
    struct known *known = context;
    struct arena *arena = &known->arena;
    struct store_exception copy = *hit;
    copy.rule = arena_copy(arena, hit->rule);
    copy.id = arena_copy(arena, hit->id);
    copy.reason = arena_copy(arena, hit->reason);
    copy.owner = arena_copy(arena, hit->owner);
    copy.until = arena_copy(arena, hit->until);
    add(known, &copy);
    return true;
}

static struct store_exception *find(const struct known *known, struct str rule, struct str id) {
    for (size_t i = 0; i < known->count; i++)
        if (str_eq(known->list[i].rule, rule) && str_eq(known->list[i].id, id))
            return &known->list[i];
    return NULL;
}

/* Who owns it and until when is what is written now. */
static void add_written(struct known *known, struct str rule, const struct manifest_exception *as) {
    struct str id = str_of(as->id);
    struct store_exception *found = find(known, rule, id);
    if (!found)
        add(known, &(struct store_exception){
                       .rule = rule, .id = id, .reason = as->reason, .last_ms = CLOCK_UNKNOWN});
    if (!found) found = &known->list[known->count - 1];
    found->owner = as->owner;
    found->until = as->until;
}

static void add_rules(struct known *known, const struct rules *rules) {
    for (size_t i = 0; rules && i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        for (size_t j = 0; j < manifest->exception_count; j++)
            add_written(known, manifest->id, &manifest->exceptions[j]);
    }
}

/* By rule, those that hit most first. */
static int order(const void *left, const void *right) {
    const struct store_exception *a = left, *b = right;
    int by_rule = str_cmp(a->rule, b->rule);
    if (by_rule) return by_rule;
    if (a->hits != b->hits) return a->hits < b->hits ? 1 : -1;
    int by_reason = str_cmp(a->reason, b->reason);
    return by_reason ? by_reason : str_cmp(a->id, b->id);
}

/* By the clock: one that is over may still hold for events of before. */
static bool is_over(const struct store_exception *exception) {
    return exception->until.len && manifest_until_ms(exception->until) <= clock_wall_ms();
}

/* ---- for people ---- */

static struct str or_dash(struct str text) {
    return text.len ? text : STR("-");
}

static void add_row(struct table *table, const struct store_exception *exception) {
    struct arena *arena = &table->arena;
    char last[CLOCK_TEXT] = "-";
    if (exception->last_ms != CLOCK_UNKNOWN) clock_format(exception->last_ms, last);
    const char *until = arena_format(
        arena, "%.*s%s", STR_ARG(or_dash(exception->until)), is_over(exception) ? " (over)" : "");
    table_add(table,
        (struct str[]){exception->rule, str_of(arena_format(arena, "%" PRId64, exception->hits)),
            str_of(last), or_dash(exception->owner), str_of(until), exception->reason});
}

static void print_table(const struct known *known, FILE *to) {
    struct table table;
    table_init(&table, 6);
    if (known->count)
        table_add(&table, (struct str[]){STR("rule"), STR("hits"), STR("last"), STR("owner"),
                              STR("until"), STR("reason")});
    for (size_t i = 0; i < known->count; i++) add_row(&table, &known->list[i]);
    table_print(&table, to);
    table_release(&table);
}

/* ---- for programs ---- */

static void print_object(const struct store_exception *exception, FILE *to) {
    struct buf line = {0};
    char last[CLOCK_TEXT];
    buf_add_char(&line, '{');
    json_print_member(&line, "rule", exception->rule);
    json_print_member(&line, "reason", exception->reason);
    json_print_member(&line, "owner", exception->owner);
    json_print_member(&line, "until", exception->until);
    buf_add_format(&line,
        ",\"over\":%s,\"hits\":%" PRId64 ",\"last\":", is_over(exception) ? "true" : "false",
        exception->hits);
    bool known = exception->last_ms != CLOCK_UNKNOWN;
    if (known) clock_format(exception->last_ms, last);
    buf_add_format(&line, known ? "\"%s\"}\n" : "null}\n", last);
    fwrite(line.at, 1, line.len, to);
    buf_release(&line);
}

bool exceptions_print(struct store *store, const struct rules *rules, const struct options *options,
    FILE *to, struct diag *diag) {
    struct known known = {0};
    bool good = store_exceptions_list(store, add_hit, &known, diag);
    add_rules(&known, rules);
    if (known.count) qsort(known.list, known.count, sizeof *known.list, order);
    if (good && options->format == FORMAT_TEXT) print_table(&known, to);
    for (size_t i = 0; good && options->format == FORMAT_JSON && i < known.count; i++)
        print_object(&known.list[i], to);
    arena_release(&known.arena);
    return good;
}

/* ---- for the log ---- */

static bool log_hit(void *context, const struct store_exception *hit) {
    (void)context;
    log_info("rule '%.*s': %" PRId64 " suppressed by the exception '%.*s'", STR_ARG(hit->rule),
        hit->hits, STR_ARG(hit->reason));
    return true;
}

void exceptions_log(struct store *store) {
    struct diag diag = {0};
    if (!store_exceptions_list(store, log_hit, NULL, &diag)) log_error("%s", diag.text);
}
