/* What can be known of a manifest without an event or Lua: paths that its log does not have, names
 * that no service has, ATT&CK ids that there are not, expressions that can take long. */
#ifndef MODEL_MANIFEST_CHECK_H
#define MODEL_MANIFEST_CHECK_H

#include "model/known.h"
#include "model/manifest.h"

void manifest_check(
    const struct manifest *manifest, const struct known *known, struct diags *diags);

/* Whether `when` names no service that the list does not know, whose calls could be any. */
bool manifest_sources_known(const struct manifest *manifest, const struct known *known);

#endif
