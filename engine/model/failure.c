#include "model/failure.h"

const char *const failure_names[FAILURE_KINDS + 1] = {
    [FAILURE_NONE] = "none",
    [FAILURE_ERROR] = "error",
    [FAILURE_CPU] = "cpu",
    [FAILURE_MEMORY] = "memory",
    [FAILURE_DEADLINE] = "deadline",
    [FAILURE_CRASH] = "crash",
    [FAILURE_SUSPENDED] = "suspended",
};
