#!/usr/bin/env bash
# Writes rules/FINDINGS.md: bash tests/cases/findings/markdown.sh >rules/FINDINGS.md
cat <<'END'
# What `check` finds

Each finding has a code that never changes its meaning. `tocsin help TC012` prints its page here, `tocsin help codes` the
list. An error keeps the rules from loading; a warning is a mistake in a rule set that loads; a note is advice.
`check` exits 1 when there is an error, with `--strict` also when there is a warning.

A finding that is fine where it is can be ignored, with a reason: in the manifest for one rule, in `tocsin.yaml` for
all. What keeps a rule from loading cannot be ignored, and what ignores nothing is a finding itself.

```yaml
ignore_findings:
  - {code: TC130, reason: tested with the events of the lab}
```

This page is printed from the table that `check` uses.
END
for code in $(tocsin help codes | cut -d' ' -f1); do
    echo
    tocsin help "$code" | sed '1s/^/## /'
done
