#!/usr/bin/env python3
"""Holds YAML and JSON files against a JSON Schema, with readers that are not ours.

usage: validate.py SCHEMA FILE...   says for each document what is wrong; exits 1 where something is.
Needs python3-yaml and python3-jsonschema.
"""
import json
import re
import sys

import jsonschema
import yaml


class Core(yaml.SafeLoader):
    """The core schema of YAML 1.2, with numbers as Tocsin reads them (engine/text/yaml.h)."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
]:
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^({pattern})$"), first)


def documents(path):
    if path.endswith((".yaml", ".yml")):
        with open(path, encoding="utf-8") as file:
            return [one for one in yaml.load_all(file, Core) if one is not None]
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main(schema, *files):
    with open(schema, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    bad = False
    for path in files:
        for document in documents(path):
            for error in validator.iter_errors(document):
                best = jsonschema.exceptions.best_match([error])
                print(f"{path}: {'.'.join(map(str, best.absolute_path))}: {best.message[:200]}")
                bad = True
    return bad


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
