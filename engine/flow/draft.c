#include "flow/draft.h"

#include "flow/draft_clause.h"
#include "model/mask.h"
#include "text/yaml_print.h"

enum { HINTS = 4, HINT_BYTES = 80 };

struct draft {
    struct arena arena;
    struct str id;
    struct event event; /* masked */
    struct clause clauses[CLAUSES];
    size_t count;
    struct buf *to;
};

/* ---- the head ---- */

static struct str text_at(const struct draft *draft, const char *path) {
    return json_string(json_path(draft->event.root, str_of(path)));
}

static struct str without_domain(struct str source) {
    struct str domain = STR(".amazonaws.com");
    if (!str_ends(source, domain)) return source;
    return (struct str){source.at, source.len - domain.len};
}

/* "Root called CreatePortfolio (servicecatalog)", "GetObject was called (s3): AccessDenied" */
static const char *title_of(struct draft *draft) {
    struct str name = text_at(draft, "eventName"), error = text_at(draft, "errorCode");
    struct str service = without_domain(text_at(draft, "eventSource"));
    bool root = str_is(text_at(draft, "userIdentity.type"), "Root");
    if (!name.len)
        return arena_format(&draft->arena, "%.*s: %.*s", STR_ARG(draft->event.log->id),
            STR_ARG(draft->clauses[0].value));
    return arena_format(&draft->arena, "%s%.*s%s (%.*s)%s%.*s", root ? "Root called " : "",
        STR_ARG(name), root ? "" : " was called", STR_ARG(service), error.len ? ": " : "",
        STR_ARG(error));
}

static void print_head(struct draft *draft) {
    buf_add_format(draft->to,
        "# Made of one event. Say here what is worth waking somebody for, and what to do about it.\n"
        "id: %.*s\ntitle: ",
        STR_ARG(draft->id));
    yaml_print_string(draft->to, str_of(title_of(draft)));
    buf_add_format(draft->to, "\nseverity: medium\nstatus: draft\nlog: %.*s\nwhen:\n",
        STR_ARG(draft->event.log->id));
}

/* ---- the pattern ---- */

static void print_clause(struct draft *draft, const struct clause *clause) {
    buf_add_text(draft->to, "  ");
    yaml_print_string(draft->to, str_of(clause->path));
    buf_add_text(draft->to, ": ");
    yaml_print_string(draft->to, clause->value);
    if (clause->why) buf_add_format(draft->to, " # %s", clause->why);
    buf_add_char(draft->to, '\n');
}

static bool is_hint(const struct json_member *member) {
    const struct json *value = &member->value;
    if (memchr(member->key.at, '.', member->key.len)) return false;
    if (value->type == JSON_STRING) return value->string.len && value->string.len < HINT_BYTES;
    return value->type == JSON_BOOL || value->type == JSON_INTEGER;
}

/* What else the request said: one of these is often what makes it suspicious. */
static void print_hints(struct draft *draft) {
    const struct json *request = json_get_text(draft->event.root, "requestParameters");
    size_t count = 0;
    if (!request || request->type != JSON_OBJECT) return;
    for (size_t i = 0; i < request->count && count < HINTS; i++) {
        const struct json_member *member = &request->members[i];
        if (!is_hint(member)) continue;
        if (!count++)
            buf_add_text(draft->to, "  # It said more; take in what makes it suspicious:\n");
        struct str path = str_of(
            arena_format(&draft->arena, "requestParameters.%.*s", STR_ARG(member->key)));
        buf_add_text(draft->to, "  # ");
        yaml_print_string(draft->to, path);
        buf_add_text(draft->to, ": ");
        yaml_print_flow(draft->to, &member->value);
        buf_add_char(draft->to, '\n');
    }
}

static void print_when(struct draft *draft) {
    for (size_t i = 0; i < draft->count; i++) print_clause(draft, &draft->clauses[i]);
    print_hints(draft);
    if (text_at(draft, "eventName").len)
        buf_add_text(
            draft->to, "dedup: {by: [recipientAccountId, userIdentity.arn], period: 1h}\n");
}

/* ---- the tests ---- */

/* What YAML would change (a long key, deep nesting) stands there as JSON text. */
static bool print_base(struct draft *draft, struct diag *diag) {
    const struct json *event = draft->event.root;
    struct buf block = {0};
    buf_add_text(&block, "test_base:");
    yaml_print_value(&block, event, 0);
    bool fine = yaml_prints_as(buf_str(&block), "test_base", event);
    if (!fine) {
        struct buf json = {0};
        json_print(&json, event);
        buf_reset(&block);
        buf_add_text(&block, "test_base: ");
        yaml_print_string(&block, buf_str(&json));
        buf_add_char(&block, '\n');
        buf_release(&json);
    }
    buf_add_str(draft->to, buf_str(&block));
    bool fits = block.len < YAML_LIMIT;
    buf_release(&block);
    return fits || diag_set(diag, "the event is too large for a test");
}

static void print_differing(struct draft *draft, const struct clause *clause) {
    struct json over = clause_other(&draft->arena, clause);
    buf_add_format(draft->to, "  - name: %s\n    event: ", clause->other);
    yaml_print_flow(draft->to, &over);
    buf_add_text(draft->to, "\n    expect: nothing\n");
}

static bool print_tests(struct draft *draft, struct diag *diag) {
    buf_add_text(draft->to, "# The event, which each test changes.\n");
    if (!print_base(draft, diag)) return false;
    buf_add_text(draft->to,
        "tests:\n  - name: the event it was made of\n    event: {}\n    expect: alert\n");
    for (size_t i = 0; i < draft->count; i++) print_differing(draft, &draft->clauses[i]);
    return true;
}

bool draft_print(struct buf *to, struct str id, const struct event *event, struct diag *diag) {
    struct draft draft = {.id = id, .event = *event, .to = to};
    draft.event.root = mask_event(&draft.arena, event->root);
    draft.count = clauses_choose(draft.clauses, &draft.event);
    bool good = draft.count || diag_set(diag, "nothing in the event can be asked for");
    if (good) {
        print_head(&draft);
        print_when(&draft);
        good = print_tests(&draft, diag);
    }
    arena_release(&draft.arena);
    return good;
}
