/* A YAML tree between processes of the engine, with its places, all of which are in one file. */
#ifndef FLOW_TREE_WIRE_H
#define FLOW_TREE_WIRE_H

#include "flow/wire.h"
#include "text/yaml.h"

void tree_put(struct wire_out *out, const struct yaml *tree);

/* In the arena, where all of it is copied. */
struct yaml *tree_take(struct wire_in *in, struct arena *arena);

#endif
