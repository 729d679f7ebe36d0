#include "flow/testing_message.h"

#include "base/file.h"
#include "flow/testing_compare.h"

/* ---- destinations ---- */

static void add_type(struct config *config, struct arena *arena, struct str type) {
    static struct destination_setting settings[] = {
        {{"routing_key", sizeof "routing_key" - 1}, {.text = {"${routing_key}", 14}}}};
    if (config_destination(config, type)) return;
    config->destinations = arena_grow(arena, config->destinations, config->destination_count);
    config->destinations[config->destination_count++] = (struct destination){
        .name = type,
        .type = type,
        .url = {.text = STR("${url}")},
        .settings = settings,
        .setting_count = sizeof settings / sizeof *settings,
    };
}

static void add_types(struct config *config, struct arena *arena, const char *dir) {
    static const char *const suffixes[] = {".lua", NULL};
    const char *folder = path_join(arena, dir, "destination");
    struct paths paths = {0};
    if (path_is_directory(folder)) paths_walk(&paths, arena, folder, suffixes, NULL);
    for (size_t i = 0; i < paths.count; i++) {
        struct str name = str_of(paths.list[i] + strlen(folder) + 1);
        name.len -= strlen(".lua");
        if (!memchr(name.at, '/', name.len)) add_type(config, arena, arena_copy(arena, name));
    }
    paths_release(&paths);
}

struct config testing_destinations(
    const struct config *config, const char *const *dirs, struct arena *arena) {
    struct config more = {.dir = config->dir};
    size_t count = config->destination_count;
    more.destinations = NULL;
    for (size_t i = 0; i < count; i++) {
        more.destinations = arena_grow(arena, more.destinations, more.destination_count);
        more.destinations[more.destination_count++] = config->destinations[i];
    }
    for (; *dirs; dirs++) add_types(&more, arena, *dirs);
    return more;
}

/* ---- messages ---- */

static const struct json *read_body(
    const struct destination *destination, const struct request *request, struct arena *arena) {
    struct buf shown = {0};
    destination_script_show(destination, buf_str(&request->body), &shown);
    struct str text = arena_copy(arena, buf_str(&shown));
    buf_release(&shown);
    const struct json *body = json_parse(arena, text, NULL, NULL);
    if (body) return body;
    struct json *string = arena_new(arena, struct json);
    *string = (struct json){.type = JSON_STRING, .string = text};
    return string;
}

static bool has_none(
    const char *what, const struct yaml_member *member, const char *why, struct differences *to) {
    return differences_add(to, member->place, what, STR("a message"),
        str_of(arena_format(to->arena, "none: %s", why)));
}

bool testing_message_holds(const struct testing *testing, const struct yaml_member *member,
    const struct json *alert, struct differences *to) {
    const struct comparison comparison = {.to = to, .arena = to->arena, .parts = true};
    const struct destination *destination = config_destination(testing->messages, member->key);
    const char *what = arena_format(to->arena, "payload.%.*s", STR_ARG(member->key));
    struct request request = {0};
    struct diag diag = {0};
    if (!destination || !testing->messenger)
        return has_none(what, member, "neither a destination nor a type has that name", to);
    bool made = messenger_make(testing->messenger, destination, alert, &request, &diag);
    const struct json *body = made ? read_body(destination, &request, to->arena) : NULL;
    request_release(&request);
    if (!made) return has_none(what, member, diag.text, to);
    return compare_value(&comparison, what, &member->value, body);
}
