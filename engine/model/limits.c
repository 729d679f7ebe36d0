#include "model/limits.h"

#define ROW(name, kind, field, least, greatest, about)                                             \
    .key = (name), .type = (kind), .offset = offsetof(struct limits, field), .low = (least),       \
    .high = (greatest), .help = (about)

const struct schema_row limits_rows[] = {
    {ROW("time", SCHEMA_DURATION, time_ms, 5, 10000, "CPU time of a call, such as 50ms")},
    {ROW("memory", SCHEMA_SIZE, memory, 500000, 1000000000, "of a rule, such as 8MB")},
    {ROW("allocation", SCHEMA_SIZE, allocation, 100000, 100000000,
        "of one string or one part of a table, such as 1MB")},
    {ROW("steps", SCHEMA_INTEGER, steps, 100000, 1000000000, "of a call")},
    {0},
};

bool limits_read(struct schema_context *context, const struct yaml *value, void *into) {
    struct schema_context inner = {context->arena, context->diags, "'limits'"};
    return schema_read(&inner, limits_rows, value, into);
}

static int64_t lesser(int64_t given, int64_t wanted) {
    return wanted && wanted < given ? wanted : given;
}

struct limits limits_lower(const struct limits *given, const struct limits *wanted) {
    return (struct limits){
        .time_ms = lesser(given->time_ms, wanted->time_ms),
        .memory = lesser(given->memory, wanted->memory),
        .allocation = lesser(given->allocation, wanted->allocation),
        .steps = lesser(given->steps, wanted->steps),
    };
}

bool limits_exceed(const struct limits *given, const struct limits *wanted) {
    return wanted->time_ms > given->time_ms || wanted->memory > given->memory ||
           wanted->allocation > given->allocation || wanted->steps > given->steps;
}
