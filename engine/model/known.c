#include "model/known.h"

#include "base/regex_risk.h"
#include "base/suggest.h"
#include "model/log_fields.h"

#include <strings.h>

/* What is near a known one is a slip; what is far from all may be new. */
static enum diag_level level_of(const char *meant) {
    return meant ? DIAG_WARNING : DIAG_NOTE;
}

/* Another spelling of the same letters is sure to be meant. Of a path only the last name is told to
 * be changed, as nothing before it is wrong. */
static void suggest_case(struct diags *diags, struct str said, const char *meant) {
    if (!meant || strlen(meant) != said.len || strncasecmp(said.at, meant, said.len) != 0) return;
    size_t from = said.len;
    while (from > 0 && said.at[from - 1] != '.') from--;
    diags_suggest(diags, (struct str){said.at + from, said.len - from}, meant + from);
}

bool known_check_path(
    const struct known *known, struct str path, struct place place, struct diags *diags) {
    if (log_fields_know(known->log, path)) return true;
    const char *meant = log_fields_meant(known->log, path, known->arena);
    diags_find(diags, "TC201", level_of(meant), place, "'%.*s' has no field '%.*s'%s",
        STR_ARG(known->log->id), STR_ARG(path), suggest_text(meant));
    suggest_case(diags, path, meant);
    return false;
}

/* Of a service: the name is misspelt, or of another one. */
static void check_name_of(const struct known *known, struct str source, struct str name,
    struct place place, struct diags *diags) {
    const char *meant = name_list_meant(known->names, source, name);
    const char *other = meant ? NULL : name_list_source_of(known->names, name);
    diags_find(diags, "TC202", level_of(meant), place, "'%.*s' has no call '%.*s'%s%s%s%s",
        STR_ARG(source), STR_ARG(name), suggest_text(meant), other ? ": it is of '" : "",
        other ? other : "", other ? "'" : "");
    suggest_case(diags, name, meant);
}

void known_check_name(const struct known *known, struct str source, struct str name,
    struct place place, struct diags *diags) {
    const struct name_list *names = known->names;
    if (!names || (source.len && !name_list_has_source(names, source))) return;
    if (name_list_has(names, source, name)) return;
    const char *meant = source.len ? NULL : name_list_meant(names, source, name);
    if (source.len)
        check_name_of(known, source, name, place, diags);
    else if (meant)
        diags_find(diags, "TC202", DIAG_WARNING, place, "no service has a call '%.*s'%s",
            STR_ARG(name), suggest_text(meant));
}

void known_check_source(
    const struct known *known, struct str source, struct place place, struct diags *diags) {
    if (!known->names || name_list_has_source(known->names, source)) return;
    const char *meant = name_list_meant_source(known->names, source);
    if (meant)
        diags_find(diags, "TC203", DIAG_WARNING, place, "no service is '%.*s'%s", STR_ARG(source),
            suggest_text(meant));
}

void known_check_regex(struct str regex, struct place place, struct diags *diags) {
    const char *risk = regex_risk(regex);
    if (risk)
        diags_find(
            diags, "TC205", DIAG_WARNING, place, "'%.*s' can take long: %s", STR_ARG(regex), risk);
}
