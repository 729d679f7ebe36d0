/* tocsin.yaml, checked. Holds no secret: a value with ${…} stays a template until the sending half
 * of the program asks for it (config_secret). */
#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#include "model/ignore.h"
#include "model/limits.h"
#include "model/override.h"
#include "model/pattern.h"
#include "text/schema.h"

/* ${NAME} is an environment variable, ${file:PATH} a file's content without its last newline; PATH is
 * relative to the configuration's directory. `$${` is a plain `${`. A value that is empty counts as
 * one that is not there: an empty secret would sign nothing in silence. */
struct template {
    struct str text; /* as in the file */
    struct place place;
};

struct destination_setting {
    struct str key;
    struct template value;
};

struct destination {
    struct str name;
    struct place place;
    struct str type;                      /* lua/destination/TYPE.lua */
    struct template url;                  /* empty: the Lua file knows it */
    struct template secret;               /* signs requests; empty: none */
    struct template proxy;                /* empty: none, whatever the environment says */
    struct destination_setting *settings; /* every other key: for the destination's Lua */
    size_t setting_count;
    int64_t max_in_flight; /* default 4 */
    int64_t timeout_ms;    /* of one request, default 10 s */
    int64_t max_age_ms;    /* after which a delivery is given up, default 24 h */
    bool allow_loopback;   /* addresses of this machine and link-local ones, default false */
    bool allow_http;       /* without TLS, default false */
};

struct route {
    struct place place;
    struct pattern *when; /* NULL: any alert */
    struct schema_strings to;
    bool continues;
    int64_t updates_ms; /* how often they hear of further matches at most; 0: never */
    struct place updates_place;
    bool by_rule; /* `when` asks for nothing but the rule */
};

struct input_config {
    struct str file;
    struct place place;
};

struct config {
    const char *path;            /* of the file, NULL when there is none */
    const char *dir;             /* what its paths are relative to */
    struct schema_strings rules; /* paths; none where the file says nothing */
    struct input_config *inputs;
    size_t input_count;
    struct destination *destinations;
    size_t destination_count;
    struct route *routes;
    size_t route_count;
    struct limits limits; /* of every rule */
    struct overrides overrides;
    struct ignores ignores; /* of all rules, and of the configuration */
    struct str store;       /* path; default tocsin.db beside the file */
    int64_t shutdown_ms;    /* how long SIGTERM lets deliveries go on, default 10 s */
    int64_t keep_ms;    /* age at which delivered alerts and rejected records go, default 90 d */
    int64_t keep_bytes; /* size of the store at which the oldest of them go, default 1 GB */
};

/* Defaults when `path` is NULL. Paths are relative to the file's directory; ${…} in `rules`, `inputs`
 * and `store` is filled in here, in destinations only checked, without reading it. Variables that are not set, files that are not there and routes to
 * destinations that do not exist are errors. False when there was any; all are reported. */
bool config_load(struct config *config, struct arena *arena, const char *path, struct diags *diags);
void config_release(struct config *config);

bool config_has_updates(const struct config *config);

const struct destination *config_destination(const struct config *config, struct str name);

/* The template with its values filled in. Called by the sending half only; hides them from the log
 * (log_hide). False when a value is not there. */
bool config_secret(const struct template *template, struct buf *to, struct diag *diag);

#endif
