#include "base/clock.h"
#include "base/file.h"
#include "cmd/attack.h"
#include "cmd/replay_page.h"
#include "text/json_short.h"

enum { SHOWN_KEYS = 200 }; /* of each list that is sorted by how often */

static void begin_list(struct buf *to, const char *key) {
    json_print_key(to, key);
    buf_add_char(to, '[');
}

static void next(struct buf *to, size_t i) {
    if (i) buf_add_char(to, ',');
}

static void add_strings(struct buf *to, const char *key, const struct schema_strings *strings) {
    begin_list(to, key);
    for (size_t i = 0; i < strings->count; i++) {
        next(to, i);
        json_print_string(to, strings->list[i]);
    }
    buf_add_char(to, ']');
}

static void add_text_or_null(struct buf *to, const char *key, const char *text) {
    json_print_key(to, key);
    if (text)
        json_print_string(to, str_of(text));
    else
        buf_add_text(to, "null");
}

/* ---- what was read ---- */

static void add_read(
    struct buf *to, const struct replay_page *page, const struct replay_account *account) {
    const struct tally *tally = account->tally;
    char made[CLOCK_TEXT];
    clock_format(clock_wall_ms() / 1000 * 1000, made);
    json_print_member(to, "made", str_of(made));
    json_print_member(to, "version", str_of(VERSION));
    begin_list(to, "inputs");
    for (size_t i = 0; i < account->options->arg_count; i++) {
        next(to, i);
        json_print_string(to, str_of(account->options->args[i]));
    }
    buf_add_char(to, ']');
    add_text_or_null(to, "since", account->options->since);
    add_text_or_null(to, "until", account->options->until);
    json_print_member(to, "rules_version", str_of(page->rules->version));
    json_print_member_integer(to, "records", tally->records);
    json_print_member_integer(to, "rejected", tally->rejected);
    json_print_member_integer(to, "unrecognised", tally->unrecognised);
    json_print_member_integer(to, "failures", tally->failures);
    json_print_member_integer(to, "unreadable", tally->unreadable);
}

/* ---- rules ---- */

static void add_rule(struct buf *to, const struct manifest *manifest) {
    static const char *const statuses[] = {
        [STATUS_STABLE] = "stable", [STATUS_TEST] = "test", [STATUS_DRAFT] = "draft"};
    buf_add_char(to, '{');
    json_print_member(to, "id", manifest->id);
    json_print_member(to, "title", manifest->title);
    json_print_member(to, "severity", str_of(severity_names[manifest->severity]));
    json_print_member(to, "status", str_of(statuses[manifest->status]));
    json_print_member(to, "owner", manifest->owner);
    json_print_member(to, "file", str_of(manifest->place.file));
    add_strings(to, "attack", &manifest->attack);
    buf_add_char(to, '}');
}

static void add_rules(struct buf *to, const struct rules *rules) {
    size_t told = 0;
    begin_list(to, "rules");
    for (size_t i = 0; i < rules->count; i++) {
        if (!rules->list[i].manifest->enabled) continue;
        next(to, told++);
        add_rule(to, rules->list[i].manifest);
    }
    buf_add_char(to, ']');
}

/* ---- what was seen how often ---- */

static void add_counter(struct buf *to, const char *key, const struct counter *counter) {
    int64_t rest = counter->rest;
    json_print_key(to, key);
    buf_add_text(to, "{\"list\":[");
    for (size_t i = 0; i < counter->count; i++) {
        if (i >= SHOWN_KEYS) {
            rest += counter->list[i].times;
            continue;
        }
        next(to, i);
        buf_add_char(to, '[');
        json_print_string_cut(to, counter->list[i].text, 600);
        buf_add_char(to, ',');
        json_print_integer(to, counter->list[i].times);
        buf_add_char(to, ']');
    }
    buf_add_char(to, ']');
    json_print_member_integer(to, "different", (int64_t)counter->count);
    json_print_member_integer(to, "rest", rest);
    buf_add_char(to, '}');
}

/* ---- ATT&CK ---- */

static void want_all(struct attack_report *report) {
    size_t count;
    const char *const *ids = attack_ids(report->known, &count);
    report->wanted.ids = arena_list(&report->arena, struct str, count);
    for (size_t i = 0; i < count; i++)
        if (!str_starts(str_of(ids[i]), STR("TA")))
            report->wanted.ids[report->wanted.count++] = str_of(ids[i]);
}

/* Without the list of what there is, nothing is told of it. */
static void add_attack(struct buf *to, const struct rules *rules) {
    struct attack_report report = {.gap = "attack.txt"};
    struct diags ignored = {0};
    const char *path = path_join(&report.arena, file_data_dir(&report.arena), "rules/attack.txt");
    report.known = attack_load(path, &report.arena, &ignored);
    if (report.known) {
        attack_map_build(&report.map, &report.arena, &rules->manifests);
        want_all(&report);
        attack_find_gap(&report);
        json_print_key(to, "attack");
        attack_json(to, &report);
    }
    diags_release(&ignored);
    arena_release(&report.arena);
}

/* ---- alerts ---- */

static void add_time(struct buf *to, int64_t time_ms) {
    if (clock_writable(time_ms))
        json_print_integer(to, time_ms);
    else
        buf_add_text(to, "null");
}

static void add_row(struct buf *to, const struct replay_row *row) {
    buf_add_format(to, "[\"%s\",", row->id);
    json_print_string(to, row->rule);
    buf_add_char(to, ',');
    json_print_string(to, row->severity);
    buf_add_char(to, ',');
    add_time(to, row->time_ms);
    buf_add_char(to, ',');
    add_time(to, row->last_time_ms);
    buf_add_format(to, ",%lld,", (long long)row->count);
    const struct str texts[] = {row->title, row->dedup, row->actor, row->region};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        buf_add_str(to, texts[i]);
        buf_add_char(to, ',');
    }
    buf_add_format(to, "%lld,%lld]", (long long)row->place.chunk, (long long)row->place.index);
}

static void add_rows(struct buf *to, const struct replay_page *page) {
    json_print_member_integer(to, "left_out", (int64_t)page->details.left_out);
    begin_list(to, "alerts");
    for (size_t i = 0; i < page->row_count; i++) {
        next(to, i);
        add_row(to, &page->rows[i]);
    }
    buf_add_char(to, ']');
}

void replay_page_json(
    struct buf *to, const struct replay_page *page, const struct replay_account *account) {
    buf_add_char(to, '{');
    add_read(to, page, account);
    json_print_key(to, "stats");
    stats_print_json(to, account->stats, account->tally);
    json_print_key(to, "over_time");
    histogram_json(to, &page->over_time);
    add_counter(to, "actors", &page->actors);
    add_counter(to, "regions", &page->regions);
    add_counter(to, "keys", &page->keys);
    add_counter(to, "matched", &page->matched);
    add_rules(to, page->rules);
    add_attack(to, page->rules);
    add_rows(to, page);
    buf_add_char(to, '}');
}
