/* What stands for a secret in Lua. Letters and digits only, so that it passes unharmed through JSON
 * and URLs, and derived from a key that this process alone has, so that no event can name it. */
#include "script/destination_script.h"

#include "base/hash.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

enum { DIGITS = 32 };

#define PREFIX "placeholder"

enum { PLACEHOLDER = sizeof PREFIX - 1 + DIGITS };

static unsigned char process_key[HASH_SIZE];

static void make_key(void) {
    if (getrandom(process_key, sizeof process_key, 0) != sizeof process_key) abort();
}

void destination_placeholders_forget(void) {
    explicit_bzero(process_key, sizeof process_key);
}

void destination_placeholder(struct str key, struct buf *to) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    unsigned char mac[HASH_SIZE];
    pthread_once(&once, make_key);
    hash_hmac((struct str){(const char *)process_key, sizeof process_key}, key, mac);
    buf_add_text(to, PREFIX);
    for (int i = 0; i < DIGITS / 2; i++) buf_add_format(to, "%02x", mac[i]);
}

static bool stands_for(struct str text, struct str key) {
    struct buf wanted;
    buf_init(&wanted);
    destination_placeholder(key, &wanted);
    bool is = str_starts(text, buf_str(&wanted));
    buf_release(&wanted);
    return is;
}

/* The setting whose placeholder `text` begins with, or NULL. */
static const struct template *meant(const struct destination *destination, struct str text) {
    if (!str_starts(text, STR(PREFIX))) return NULL;
    if (stands_for(text, STR("url"))) return &destination->url;
    for (size_t i = 0; i < destination->setting_count; i++)
        if (stands_for(text, destination->settings[i].key)) return &destination->settings[i].value;
    return NULL;
}

/* Without the quotes: the placeholder stands inside a string. */
static void add_escaped(struct str value, struct buf *to) {
    struct buf quoted;
    buf_init(&quoted);
    json_print_string(&quoted, value);
    buf_add(to, quoted.at + 1, quoted.len - 2);
    buf_release(&quoted);
}

static bool add_value(
    const struct template *template, bool json, struct buf *to, struct diag *diag) {
    struct buf value;
    buf_init(&value);
    bool found = config_secret(template, &value, diag);
    if (found && json)
        add_escaped(buf_str(&value), to);
    else if (found)
        buf_add_str(to, buf_str(&value));
    buf_release(&value);
    return found;
}

/* Up to where the next placeholder may begin. */
static size_t plain_length(struct str text) {
    struct str rest = {text.at + 1, text.len - 1};
    const char *next = memmem(rest.at, rest.len, PREFIX, sizeof PREFIX - 1);
    return next ? (size_t)(next - text.at) : text.len;
}

/* Copies or replaces what stands at the beginning of `text`; returns how much of it. 0: failed. */
static size_t fill_next(const struct destination *destination, struct str text, bool json,
    struct buf *to, struct diag *diag) {
    const struct template *template = meant(destination, text);
    if (template) return add_value(template, json, to, diag) ? PLACEHOLDER : 0;
    size_t len = plain_length(text);
    buf_add(to, text.at, len);
    return len;
}

bool destination_script_fill(const struct destination *destination, struct str text, bool json,
    struct buf *to, struct diag *diag) {
    while (text.len) {
        size_t done = fill_next(destination, text, json, to, diag);
        if (done == 0) return false;
        text = (struct str){text.at + done, text.len - done};
    }
    return true;
}

void destination_script_show(
    const struct destination *destination, struct str text, struct buf *to) {
    while (text.len) {
        const struct template *template = meant(destination, text);
        size_t done = template ? PLACEHOLDER : plain_length(text);
        buf_add_str(to, template ? template->text : (struct str){text.at, done});
        text = (struct str){text.at + done, text.len - done};
    }
}
