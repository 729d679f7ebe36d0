/* A rule's manifest: everything its YAML says, checked. Does not run Lua and does not know the
 * other rules. DESIGN of the keys: rules/README.md. */
#ifndef MODEL_MANIFEST_H
#define MODEL_MANIFEST_H

#include "base/hash.h"
#include "model/budget.h"
#include "model/ignore.h"
#include "model/limits.h"
#include "model/manifest_timeline.h"
#include "model/memory_rule.h"
#include "model/pattern.h"
#include "model/severity.h"
#include "text/schema.h"

enum manifest_status { STATUS_STABLE, STATUS_TEST, STATUS_DRAFT };

/* What becomes of an event that the rule cannot judge, beside being counted, kept and told. */
enum on_error { ON_ERROR_REPORT, ON_ERROR_ALERT };

/* Lua of the rule: inline text or a file beside the manifest. */
struct manifest_lua {
    const char *file; /* what messages say: the manifest, or the .lua file */
    unsigned line;    /* where the first line of `code` stands in that file, from 1 */
    struct str code;  /* len 0 when the rule has no Lua */
};

struct manifest_dedup {
    bool by_given;
    struct schema_strings by; /* paths; not given: by title */
    int64_t period_ms;        /* 0: every match is an alert of its own; default 1 h */
};

enum expectation {
    EXPECT_ALERT,
    EXPECT_NOTHING,
    EXPECT_MATCH, /* whatever the memory of the rule makes of it */
    EXPECT_ERROR, /* the rule cannot judge it */
};

struct manifest_exception;
struct manifest;

/* What of the rule is otherwise in one test. */
struct manifest_given {
    const struct json *params;             /* laid over the rule's own by key; or NULL */
    struct manifest_exception *exceptions; /* in place of the rule's own, where `excepts` */
    size_t exception_count;
    bool excepts;
};

struct manifest_test {
    struct str name;
    struct place place;
    const struct json *event; /* NULL where there is a timeline alone */
    struct place event_place;
    enum expectation expect;
    struct place expect_place;
    const struct yaml *details; /* the map form of `expect`, else NULL */
    struct timeline timeline;   /* of no events: the event is asked about alone */
    struct manifest_given given;
    const struct manifest *rule; /* the rule with what is given; NULL: as it is */
};

/* A pattern of matches that are fine (rules/MEMORY.md). */
struct manifest_exception {
    struct place place;
    char id[HASH_HEX]; /* of its pattern and its reason: the same wherever it stands */
    struct pattern *when;
    struct str reason, owner;
    struct str until; /* as written; empty: for ever */
    int64_t until_ms; /* INT64_MAX: for ever */
};

/* CLOCK_UNKNOWN: it is neither a date nor a time. */
int64_t manifest_until_ms(struct str text);

/* When an alert is over (rules/MEMORY.md). */
struct manifest_resolve {
    struct place place;   /* of the key's value */
    int64_t after_ms;     /* without a further match; 0: not by time */
    struct pattern *when; /* of events that say so; NULL: none */
};

struct manifest {
    struct place place;          /* of the document */
    const struct yaml *document; /* that it was read from, overrides and all */
    bool faulty; /* something is wrong with it and was reported: what could be read is here */
    struct str id;
    struct place id_place;
    struct str title, description, runbook, owner;
    int severity; /* enum severity */
    struct str log;
    struct place log_place;
    struct schema_strings references, false_positives, tags, attack, destinations, context;
    struct place destinations_place;
    int status;   /* enum manifest_status */
    int on_error; /* enum on_error */
    bool enabled;
    double budget;             /* alerts a day, or BUDGET_NONE */
    const struct json *params; /* object, or NULL */
    struct pattern *when;      /* NULL where absent */
    struct place when_place;
    struct manifest_lua lua;
    struct limits limits; /* 0: what the configuration says */
    struct place limits_place;
    struct manifest_dedup dedup;
    struct memory_rule memory;
    char definition[HASH_HEX]; /* of what decides what its memory holds */
    char condition[HASH_HEX];  /* of what decides what fires, whatever becomes of it then */
    struct manifest_resolve resolve;
    struct manifest_exception *exceptions;
    size_t exception_count;
    const struct json *test_base; /* what the events of its tests are laid over; or NULL */
    struct manifest_test *tests;
    size_t test_count;
    struct ignores ignores;
};

extern const struct schema_row manifest_rows[];

struct overrides;

struct manifests {
    const struct overrides *overrides; /* of rules that are loaded; NULL: none; borrows */
    const struct schema_strings *only; /* of the files found, those that are read; NULL: all */
    struct manifest **list;
    size_t count;
};

/* Reads every rule of every .yaml and .yml file under `path` and adds them, sorted by file; faulty
 * ones too, so that their Lua can be checked in the same run. A directory `logs` directly in `path`
 * holds log types and is passed over, as is a file that was read before, and one called tocsin.yaml. A file named directly is
 * read whatever its name. All problems
 * of all files are reported; false when there was any. */
bool manifests_load(
    struct manifests *manifests, struct arena *arena, const char *path, struct diags *diags);
void manifests_release(struct manifests *manifests);

/* One rule from a document that was read, into the arena; with `code` that is not NULL inside, this in
 * place of its Lua. NULL: it is no rule, which is reported. manifest_release frees what it holds
 * outside the arena. */
struct manifest *manifest_of(
    struct arena *arena, const struct yaml *document, struct str code, struct diags *diags);
void manifest_release(struct manifest *manifest);

#endif
