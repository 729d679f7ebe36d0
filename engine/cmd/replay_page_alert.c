#include "cmd/explain.h"
#include "cmd/replay_page.h"

/* An event this long says enough by itself. */
enum { EXPLAINED_EVENT = 64 << 10 };

static void add_why(
    struct buf *to, struct rules *rules, const struct rule *rule, const struct json *event) {
    struct explanation explanation = {0};
    struct buf record = {0};
    json_print(&record, event);
    if (record.len <= EXPLAINED_EVENT &&
        explain_alert(&explanation, rules, rule, buf_str(&record))) {
        json_print_key(to, "why");
        explain_print_rule(to, explanation.rules);
    }
    explanation_release(&explanation);
    buf_release(&record);
}

void replay_page_detail(struct buf *to, struct rules *rules, const struct rule *rule,
    const struct alert *alert, const struct json *event) {
    buf_add_char(to, '{');
    json_print_key(to, "alert");
    alert_print(to, alert);
    if (rule && event) add_why(to, rules, rule, event);
    buf_add_char(to, '}');
}
