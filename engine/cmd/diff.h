/* What `diff` tells: two versions of a rule set, and what each makes of the same events. */
#ifndef CMD_DIFF_H
#define CMD_DIFF_H

#include "cmd/options.h"
#include "flow/batch.h"
#include "flow/tally.h"

enum diff_side { DIFF_OLD, DIFF_NEW, DIFF_SIDES };

/* Of a rule between the versions. */
enum diff_state {
    DIFF_SAME,
    DIFF_ADDED,
    DIFF_REMOVED,
    DIFF_CHANGED,
    DIFF_OWN, /* it is none: alerts of the engine itself */
};

extern const char *const diff_state_names[];

/* Of an alert. One of both versions is the same by its id, and is compared as it was last told. */
enum diff_kind { DIFF_GAINED, DIFF_LOST, DIFF_ALTERED, DIFF_KINDS };

extern const char *const diff_kind_names[]; /* "gained", "lost", "changed" */

/* What stands otherwise under a path of a manifest, or under a key of an alert. */
struct diff_change {
    struct str path;                       /* "threshold.count" */
    const struct json *values[DIFF_SIDES]; /* NULL: absent */
};

struct diff_changes {
    struct diff_change *list;
    size_t count;
};

/* An alert of NEW, or of OLD where it was lost. */
struct diff_sample {
    struct str id, title, severity, dedup;
    int64_t time_ms, last_time_ms, count;
    struct diff_changes changes; /* DIFF_ALTERED */
};

/* In order of time. */
struct diff_list {
    struct str *ids;
    size_t count;
    struct diff_sample *samples; /* of the first */
    size_t sample_count;
};

struct diff_counts {
    int64_t alerts, matches, suppressed, failures;
};

struct diff_rule {
    struct str id;
    enum diff_state state;
    const struct manifest *manifests[DIFF_SIDES]; /* NULL: that version has none */
    struct diff_changes changes;
    struct diff_counts counts[DIFF_SIDES];
    struct diff_list lists[DIFF_KINDS];
};

struct diff {
    struct arena arena;
    const char *names[DIFF_SIDES]; /* as they were given */
    const char *versions[DIFF_SIDES];
    const struct tally *tallies[DIFF_SIDES];
    size_t limit;
    bool counts_only; /* of alerts: in JSON no ids but those of samples */
    struct diff_rule
        *list; /* rules of both versions by id, then own ones; after diff_compare those whose alerts
                  differ most first, equals by id */
    size_t count, known;
    size_t states[DIFF_OWN + 1];                  /* rules by state, */
    size_t alerts[DIFF_SIDES], kinds[DIFF_KINDS]; /* after diff_compare alerts, and by kind */
};

/* ---- diff_rules.c ---- */

/* Borrows the rules. */
void diff_init(struct diff *diff, const struct rules *const rules[DIFF_SIDES], size_t limit);
void diff_release(struct diff *diff);

struct diff_rule *diff_rule_of(struct diff *diff, struct str id);
void diff_add_batch(
    struct diff *diff, enum diff_side side, const struct rules *rules, const struct batch *batch);

/* Something of it differs. */
bool diff_rule_differs(const struct diff_rule *rule);

/* Nothing but its tests differs: for people it is counted, not told. */
bool diff_tests_alone(const struct diff_rule *rule);
size_t diff_count_tests_alone(const struct diff *diff);

/* What is worth telling somebody. */
bool diff_rule_is_told(const struct diff_rule *rule);

/* The rules themselves, or what their versions make of the events. */
bool diff_differs(const struct diff *diff);

/* ---- diff_manifest.c ---- */

/* What differs between two manifests, in the order of the old one's keys, then of the new one's. How they
 * are written does not count; of tests only their number is told. */
struct diff_changes diff_manifests(
    struct arena *arena, const struct manifest *old, const struct manifest *new);

/* ---- diff_alerts.c ---- */

/* All alerts of both stores, once both replays are over. */
bool diff_compare(struct diff *diff, struct store *const stores[DIFF_SIDES], struct diag *diag);

/* ---- how it is told ---- */

void diff_print_text(struct buf *to, const struct diff *diff, bool color);

/* One object, for programs; keys: engine/README.md. */
void diff_print_json(struct buf *to, const struct diff *diff);

/* For a comment on a pull request: under 65,536 bytes. */
void diff_print_markdown(struct buf *to, const struct diff *diff);

/* For people: in about so many bytes on one line. */
void diff_print_value(struct buf *to, const struct json *value, size_t limit);

/* One side of a change, "none" where it is absent; of texts with equal lines before, what is behind. */
void diff_print_side(
    struct buf *to, const struct diff_change *change, enum diff_side side, size_t limit);

/* "2023-07-10T11:45:00Z high Title (3 times)  ID", plain. */
void diff_print_sample(struct buf *to, const struct diff_sample *sample);

#endif
