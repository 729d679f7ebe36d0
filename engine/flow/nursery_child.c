#include "flow/nursery_private.h"

#include "base/confine.h"
#include "base/file.h"
#include "base/mem.h"
#include "flow/tree_wire.h"
#include "flow/worker.h"
#include "script/modules.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    int socket;
    struct nursery_page *page;
    struct arena arena; /* as long as the process */
    struct rules *rules;
    struct destination_script **scripts; /* NULL-terminated */
    struct wire_out answer;
};

/* ---- load ---- */

/* `place` without a file: no Lua runs any more. */
static void mark_loading(void *context, struct place place) {
    struct nursery_page *page = ((struct child *)context)->page;
    snprintf(page->file, sizeof page->file, "%s", place.file ? place.file : "");
    page->line = place.line;
    pulse_mark(&page->pulse, (struct cursor){0, 0, place.file ? 0 : CURSOR_NONE}, 0);
}

static struct schema_strings read_strings(struct child *child, struct wire_in *in) {
    struct schema_strings strings = {0};
    for (uint64_t count = wire_number(in); count && !in->bad; count--) {
        strings.list = arena_grow(&child->arena, strings.list, strings.count);
        strings.list[strings.count++] = wire_copy(in, &child->arena);
    }
    return strings;
}

static const char **read_dirs(struct child *child, struct wire_in *in) {
    struct schema_strings strings = read_strings(child, in);
    const char **dirs = arena_list(&child->arena, const char *, strings.count + 1);
    for (size_t i = 0; i < strings.count; i++) dirs[i] = strings.list[i].at;
    return dirs;
}

static struct destination *read_destination(struct child *child, struct wire_in *in) {
    struct destination *destination = arena_new(&child->arena, struct destination);
    destination->name = wire_copy(in, &child->arena);
    destination->type = wire_copy(in, &child->arena);
    destination->place.file = wire_copy(in, &child->arena).at;
    destination->place.line = (unsigned)wire_number(in);
    destination->place.column = (unsigned)wire_number(in);
    if (wire_number(in)) destination->url.text = STR("${url}");
    size_t count = (size_t)wire_number(in);
    destination->settings = arena_list(&child->arena, struct destination_setting, count);
    for (; destination->setting_count < count && !in->bad; destination->setting_count++) {
        struct destination_setting *setting = &destination->settings[destination->setting_count];
        setting->key = wire_copy(in, &child->arena);
        setting->value.text = wire_copy(in, &child->arena);
    }
    return destination;
}

static bool load_destinations(
    struct child *child, struct wire_in *in, const char *const *dirs, struct diags *diags) {
    size_t count = (size_t)wire_number(in);
    bool good = true;
    child->scripts = mem_alloc((count + 1) * sizeof *child->scripts);
    for (size_t i = 0; i < count && !in->bad; i++) {
        struct destination *destination = read_destination(child, in);
        mark_loading(child, destination->place);
        child->scripts[i] = destination_script_new(destination, dirs, diags);
        good = good && child->scripts[i];
    }
    mark_loading(child, (struct place){0});
    return good;
}

static struct overrides read_overrides(
    struct child *child, struct wire_in *in, struct diags *diags) {
    struct schema_context context = {&child->arena, diags, "the configuration"};
    struct overrides overrides = {0};
    struct yaml *tree = wire_number(in) ? tree_take(in, &child->arena) : NULL;
    if (tree && !in->bad) overrides_read(&context, tree, &overrides);
    return overrides;
}

static bool load_rules(
    struct child *child, struct wire_in *in, const char *data_dir, struct diags *diags) {
    struct rules_options options = {.data_dir = data_dir, .begin = mark_loading};
    options.context = child;
    options.check = wire_number(in) == 1;
    options.own_logs = wire_number(in) == 1;
    struct limits limits;
    wire_take(in, &limits, sizeof limits);
    options.limits = &limits;
    struct schema_strings paths = read_strings(child, in);
    options.paths = &paths;
    bool narrowed = wire_number(in) == 1;
    struct schema_strings only = {0};
    if (narrowed) only = read_strings(child, in);
    if (narrowed) options.only = &only;
    const struct overrides overrides = read_overrides(child, in, diags);
    options.overrides = &overrides;
    child->rules = rules_load(&options, diags);
    return child->rules != NULL;
}

static void put_findings(struct wire_out *out, const struct diags *diags) {
    wire_put_number(out, diags->count);
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag_entry *entry = &diags->list[i];
        wire_put_number(out, entry->level);
        wire_put_text(out, entry->place.file);
        wire_put_number(out, entry->place.line);
        wire_put_number(out, entry->place.column);
        wire_put_text(out, entry->text);
        wire_put_text(out, entry->code);
        wire_put_text(out, entry->was);
        wire_put_text(out, entry->fix);
    }
}

/* A worker opens no file. */
static void read_modules(const char *data_dir, const char *const *dirs) {
    struct arena arena = {0};
    modules_read_all(path_join(&arena, data_dir, "lua"));
    for (; *dirs; dirs++) modules_read_all(*dirs);
    modules_close();
    arena_release(&arena);
}

static void load(struct child *child, struct wire_in *in) {
    struct diags diags = {0};
    const char *data_dir = wire_copy(in, &child->arena).at;
    bool good = load_rules(child, in, data_dir, &diags);
    const char **dirs = read_dirs(child, in);
    good = load_destinations(child, in, dirs, &diags) && good;
    read_modules(data_dir, dirs);
    wire_put_number(&child->answer, good);
    wire_put_text(&child->answer, good ? child->rules->version : "");
    put_findings(&child->answer, &diags);
    diags_release(&diags);
}

/* ---- workers ---- */

static _Noreturn void be_worker(
    struct child *child, enum worker_kind kind, struct channel *channel, pid_t nursery) {
    munmap(child->page, sizeof *child->page);
    if (kind == WORKER_RULES) worker_judge(channel, nursery, child->rules);
    worker_make_messages(channel, nursery, child->scripts);
}

static void close_both(struct channel *engine, struct channel *worker) {
    worker->page = NULL; /* the same as the engine's */
    channel_close(engine);
    channel_close(worker);
}

static bool answer_failed(struct child *child) {
    wire_put_number(&child->answer, 0);
    wire_put_number(&child->answer, (uint64_t)errno);
    return post_send(child->socket, wire_written(&child->answer), NULL, 0);
}

static bool answer_hired(struct child *child, pid_t pid, const struct channel *engine) {
    int fds[CHANNEL_FDS];
    channel_fds(engine, fds);
    wire_put_number(&child->answer, 1);
    wire_put_number(&child->answer, (uint64_t)pid);
    return post_send(child->socket, wire_written(&child->answer), fds, CHANNEL_FDS);
}

static bool hire(struct child *child, struct wire_in *in) {
    struct channel engine, worker;
    struct diag diag = {0};
    enum worker_kind kind = (enum worker_kind)wire_number(in);
    pid_t nursery = getpid();
    if (!channel_open(&engine, &worker, &diag)) return answer_failed(child);
    pid_t pid = fork();
    if (pid == 0) be_worker(child, kind, &worker, nursery);
    bool sent = pid > 0 ? answer_hired(child, pid, &engine) : answer_failed(child);
    close_both(&engine, &worker);
    return sent;
}

static void bury(struct child *child, struct wire_in *in) {
    int status = 0;
    pid_t pid = (pid_t)wire_number(in);
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    wire_put_number(&child->answer, 1);
    wire_put_number(&child->answer, (uint64_t)status);
}

/* ---- life ---- */

/* The engine says what became of it. */
static void end_without_memory(size_t wanted) {
    (void)wanted;
    _exit(WORKER_STARVED_EXIT);
}

/* False: the engine is gone. */
static bool answer(struct child *child, struct str request) {
    struct wire_in in = {request.at, request.at + request.len, false};
    uint64_t kind = wire_number(&in);
    child->answer.len = 0;
    if (kind == NURSERY_HIRE) return hire(child, &in);
    if (kind == NURSERY_LOAD)
        load(child, &in);
    else
        bury(child, &in);
    return post_send(child->socket, wire_written(&child->answer), NULL, 0);
}

_Noreturn void nursery_live(int socket, pid_t engine, struct nursery_page *page) {
    struct child child = {.socket = socket, .page = page};
    struct buf request = {0};
    int kept[] = {STDERR_FILENO, socket};
    if (!confine_to_parent(engine)) _exit(0);
    confine_environment();
    confine_files(kept, 2);
    mem_on_exhausted(end_without_memory);
    mark_loading(&child, (struct place){0});
    child.answer = (struct wire_out){.at = mem_alloc(NURSERY_MOST), .room = NURSERY_MOST};
    while (post_receive(socket, &request, NULL, 0) && answer(&child, buf_str(&request))) continue;
    _exit(0);
}
