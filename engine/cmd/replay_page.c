#include "cmd/replay_page.h"

#include "base/mem.h"
#include "text/json_short.h"

enum { CUT = 400 }; /* bytes of a text in the table */

bool replay_page_init(struct replay_page *page, const char *path, struct rules *rules) {
    *page = (struct replay_page){.rules = rules, .file = page_open(path)};
    page->kept = mem_alloc((rules->count + 1) * sizeof *page->kept);
    return page->file != NULL;
}

void replay_page_release(struct replay_page *page) {
    if (page->file) fclose(page->file);
    mem_free(page->kept);
    histogram_release(&page->over_time);
    counter_release(&page->actors);
    counter_release(&page->regions);
    counter_release(&page->keys);
    counter_release(&page->matched);
    pack_release(&page->details);
    arena_release(&page->arena);
    *page = (struct replay_page){0};
}

/* ---- what an event says ---- */

static const struct json *event_of(const struct alert *alert, struct arena *arena) {
    struct buf text = {0};
    buf_add_char(&text, '{');
    buf_add_str(&text, alert->body);
    buf_add_char(&text, '}');
    const struct json *body = json_parse(arena, buf_str(&text), NULL, NULL);
    const struct json *event = json_get(body, STR("event"));
    buf_release(&text);
    return event && event->type == JSON_OBJECT ? event : NULL;
}

/* The first of the paths that holds a text. */
static struct str first_text(const struct schema_strings *paths, const struct json *event) {
    for (size_t i = 0; i < paths->count; i++) {
        struct str text = json_string(json_path(event, paths->list[i]));
        if (text.len) return text;
    }
    return (struct str){0};
}

static struct str actor_of(
    const struct replay_page *page, const struct alert *alert, const struct json *event) {
    const struct log_type *log = log_types_find(&page->rules->types, alert->log);
    return log ? first_text(&log->actor, event) : (struct str){0};
}

static struct str region_of(
    const struct replay_page *page, const struct alert *alert, const struct json *event) {
    const struct log_type *log = log_types_find(&page->rules->types, alert->log);
    return log ? first_text(&log->region, event) : (struct str){0};
}

/* ---- counts ---- */

static void count_key(struct counter *counter, struct str rule, struct str dedup) {
    struct buf key = {0};
    buf_add_str(&key, rule);
    buf_add_char(&key, '\n');
    buf_add_str(&key, dedup.len > CUT ? (struct str){dedup.at, CUT} : dedup);
    counter_add(counter, buf_str(&key));
    buf_release(&key);
}

void replay_page_raised(struct replay_page *page, const struct alert *alert) {
    struct arena arena = {0};
    enum severity severity = SEVERITY_INFO;
    const struct json *event = event_of(alert, &arena);
    severity_parse(alert->severity, &severity);
    histogram_add(&page->over_time, alert->time_ms, severity);
    counter_add(&page->actors, actor_of(page, alert, event));
    counter_add(&page->regions, region_of(page, alert, event));
    count_key(&page->keys, alert->rule, alert->dedup);
    arena_release(&arena);
}

void replay_page_batch(struct replay_page *page, const struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        const struct verdict *verdict = &batch->list[i].verdict;
        for (size_t j = 0; j < verdict->match_count; j++)
            count_key(&page->matched, verdict->matches[j].rule, verdict->matches[j].dedup);
    }
}

/* ---- rows ---- */

static size_t rule_of(const struct replay_page *page, struct str id) {
    size_t i = 0;
    while (i < page->rules->count && !str_eq(page->rules->list[i].manifest->id, id)) i++;
    return i;
}

/* One that is told again stands there, unless it was not kept. */
static struct replay_row *find_row(struct replay_page *page, const struct alert *alert) {
    for (size_t i = page->row_count; i-- > 0;)
        if (memcmp(page->rows[i].id, alert->id, ALERT_ID) == 0) return &page->rows[i];
    return NULL;
}

static struct replay_row *row_of(struct replay_page *page, const struct alert *alert, size_t rule) {
    if (alert->revision > 1) return find_row(page, alert);
    bool room = page->row_count < REPLAY_PAGE_ALERTS || page->kept[rule] < REPLAY_PAGE_OF_RULE;
    if (!room) return NULL;
    page->kept[rule]++;
    page->rows = arena_grow(&page->arena, page->rows, page->row_count);
    return &page->rows[page->row_count++];
}

static struct str cut(struct arena *arena, struct str text) {
    struct buf json = {0};
    json_print_string_cut(&json, text, CUT);
    struct str copy = arena_copy(arena, buf_str(&json));
    buf_release(&json);
    return copy;
}

static void fill(struct replay_page *page, struct replay_row *row, const struct alert *alert,
    const struct json *event) {
    struct arena *arena = &page->arena;
    memcpy(row->id, alert->id, ALERT_ID);
    row->rule = arena_copy(arena, alert->rule);
    row->severity = arena_copy(arena, alert->severity);
    row->title = cut(arena, alert->title);
    row->dedup = cut(arena, alert->dedup);
    row->actor = cut(arena, actor_of(page, alert, event));
    row->region = cut(arena, region_of(page, alert, event));
    row->time_ms = alert->time_ms;
    row->last_time_ms = alert->last_time_ms;
    row->count = alert->count;
}

void replay_page_told(struct replay_page *page, const struct alert *alert) {
    struct arena arena = {0};
    size_t rule = rule_of(page, alert->rule);
    struct replay_row *row = row_of(page, alert, rule);
    if (!row) return;
    const struct json *event = event_of(alert, &arena);
    struct buf detail = {0};
    bool known = rule < page->rules->count;
    replay_page_detail(&detail, page->rules, known ? &page->rules->list[rule] : NULL, alert, event);
    fill(page, row, alert, event);
    row->place = pack_add(&page->details, buf_str(&detail));
    buf_release(&detail);
    arena_release(&arena);
}

/* ---- the end ---- */

static void end(struct replay_page *page) {
    counter_end(&page->actors);
    counter_end(&page->regions);
    counter_end(&page->keys);
    counter_end(&page->matched);
    pack_end(&page->details);
}

static void add_totals(struct buf *to, const struct replay_account *account) {
    const struct stats *stats = account->stats;
    buf_add_format(to, "%lld events, %lld alerts:", (long long)account->tally->events,
        (long long)stats->alerts);
    for (int i = SEVERITY_CRITICAL; i >= 0; i--)
        buf_add_format(
            to, " %lld %s%s", (long long)stats->severities[i], severity_names[i], i ? "," : ".");
}

bool replay_page_write(struct replay_page *page, const struct replay_account *account) {
    struct buf summary = {0}, totals = {0};
    end(page);
    replay_page_json(&summary, page, account);
    add_totals(&totals, account);
    struct page html = {
        PAGE_REPLAY, STR("Tocsin replay"), buf_str(&totals), buf_str(&summary), &page->details};
    bool good = page_write(&html, page->file);
    page->file = NULL;
    buf_release(&totals);
    buf_release(&summary);
    return good;
}
