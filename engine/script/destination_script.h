/* lua/destination/TYPE.lua: turns an alert into an HTTP request. The Lua sees the alert and the
 * destination's settings, never a secret: a setting that holds ${…} is a placeholder there, which
 * the sender fills in behind Lua's back.
 *
 * The file defines
 *     function request(alert, settings)   -- returns {url, method, headers, body}
 *     function verdict(response)          -- optional: {status, body} to "done", "later" or "never"
 * A body that is a table is sent as JSON. */
#ifndef SCRIPT_DESTINATION_SCRIPT_H
#define SCRIPT_DESTINATION_SCRIPT_H

#include "base/buf.h"
#include "model/config.h"
#include "text/json.h"

struct destination_script;

struct request_header {
    struct buf name, value;
};

/* All strings may hold placeholders (see destination_script_fill). */
struct request {
    struct buf url;    /* empty: the destination's own */
    struct buf method; /* empty: POST */
    struct buf body;
    struct request_header *headers;
    size_t header_count;
};

void request_release(struct request *request);

/* Looks in `dirs` (NULL-terminated, first found wins) for destination/TYPE.lua. NULL with
 * diagnostics when it is missing or does not load. */
struct destination_script *destination_script_new(
    const struct destination *destination, const char *const *dirs, struct diags *diags);
void destination_script_free(struct destination_script *script);

/* Makes the message; `alert` is the JSON of model/alert.h. `request` is zeroed by the caller. */
bool destination_script_request(struct destination_script *script, const struct json *alert,
    struct request *request, struct diag *diag);

enum destination_verdict { VERDICT_BY_STATUS, VERDICT_DONE, VERDICT_LATER, VERDICT_NEVER };

/* VERDICT_BY_STATUS where the Lua file has no opinion. */
enum destination_verdict destination_script_verdict(
    struct destination_script *script, long status, struct str body, struct diag *diag);

/* The placeholder that stands for a setting in Lua and is replaced by the sender: setting `key`
 * of the destination. Unguessable for an event: made anew by each process. */
void destination_placeholder(struct str key, struct buf *to);

/* From here on this process cannot name them: for one that has no business with them. */
void destination_placeholders_forget(void);

/* Appends `text` with every placeholder replaced by the setting's value (config_secret). In JSON
 * bodies the value is escaped for a JSON string when `json` is true. */
bool destination_script_fill(const struct destination *destination, struct str text, bool json,
    struct buf *to, struct diag *diag);

/* The same for people: the value is shown as it is written in the configuration, `${NAME}`. */
void destination_script_show(
    const struct destination *destination, struct str text, struct buf *to);

#endif
