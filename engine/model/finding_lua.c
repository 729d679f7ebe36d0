#include "model/finding.h"

const struct finding findings_of_lua[] = {
    {0},
};
