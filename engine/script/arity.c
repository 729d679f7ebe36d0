#include "script/arity.h"

#define ANY ARITY_ANY

const struct arity arities[] = {{"assert", 1, ANY}, {"error", 0, 2}, {"ipairs", 1, 1},
    {"next", 1, 2}, {"pairs", 1, 1}, {"select", 1, ANY}, {"tonumber", 1, 2}, {"tostring", 1, 1},
    {"type", 1, 1}, {"require", 1, 1},
    /* ---- ours ---- */
    {"all", 2, 2}, {"any", 2, 2}, {"event_notes", 1, 2}, {"get", 2, 3}, {"glob", 2, 2},
    {"one_of", 2, ANY}, {"cidr.contains", 2, 2}, {"cidr.is_ip", 1, 1}, {"cidr.is_private", 1, 1},
    {"hash.base64", 1, 1}, {"hash.md5", 1, 1}, {"hash.sha1", 1, 1}, {"hash.sha256", 1, 1},
    {"hash.unbase64", 1, 1}, {"json.array", 0, 1}, {"json.decode", 1, 1}, {"json.encode", 1, 1},
    {"lookup.any", 2, 2}, {"lookup.has", 2, 2}, {"regex.find", 2, 2}, {"regex.match", 2, 2},
    {"regex.replace", 3, 3}, {"regex.test", 2, 2}, {"time.format", 1, 1}, {"time.hour", 1, 1},
    {"time.parse", 1, 1}, {"time.weekday", 1, 1},
    /* ---- Lua's ---- */
    {"math.abs", 1, 1}, {"math.ceil", 1, 1}, {"math.floor", 1, 1}, {"math.fmod", 2, 2},
    {"math.max", 1, ANY}, {"math.min", 1, ANY}, {"math.sqrt", 1, 1}, {"math.tointeger", 1, 1},
    {"math.type", 1, 1}, {"string.byte", 1, 3}, {"string.char", 0, ANY}, {"string.find", 2, 4},
    {"string.format", 1, ANY}, {"string.gmatch", 2, 3}, {"string.gsub", 3, 4}, {"string.len", 1, 1},
    {"string.lower", 1, 1}, {"string.match", 2, 3}, {"string.rep", 2, 3}, {"string.reverse", 1, 1},
    {"string.sub", 2, 3}, {"string.upper", 1, 1}, {"table.concat", 1, 4}, {"table.insert", 2, 3},
    {"table.move", 4, 5}, {"table.pack", 0, ANY}, {"table.remove", 1, 2}, {"table.sort", 1, 2},
    {"table.unpack", 1, 3},
    /* ---- modules ---- */
    {"aws.account", 1, 1}, {"aws.actor", 1, 1}, {"aws.arn", 1, 1}, {"aws.denied", 1, 1},
    {"aws.is_assumed_role", 1, 1}, {"aws.is_console_login", 1, 1}, {"aws.is_public_policy", 1, 1},
    {"aws.is_root", 1, 1}, {"aws.is_service_call", 1, 1}, {"aws.mfa", 1, 1}, {"aws.policy", 1, 1},
    {"aws.source_ip", 1, 1}, {"aws.statements", 1, 1}, {"aws.succeeded", 1, 1},
    {"text.strip_control", 1, 2}, {"text.truncate", 2, 2}, {"text.truncate_bytes", 2, 2},
    {NULL, 0, 0}};

const struct arity *arity_find(const char *library, struct str function) {
    size_t len = strlen(library);
    for (const struct arity *row = arities; row->name; row++) {
        if (len == 0 && str_is(function, row->name)) return row;
        if (len && strncmp(row->name, library, len) == 0 && row->name[len] == '.' &&
            str_is(function, row->name + len + 1))
            return row;
    }
    return NULL;
}
