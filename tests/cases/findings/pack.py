"""Packs of rules for tests of `check`.

pack.py good DIR [COUNT]    COUNT rules with nothing to find
pack.py seeded DIR          the same, of which some have one mistake each of seeded.txt
pack.py compare DIR         standard input, the findings as JSON: each mistake is found in its file,
                            and nothing in a good one; prints how many of how many kinds
pack.py examples DIR        the wrong and right lines of `tocsin help CODE`, each as a file
"""
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(__file__)
RULE = {
    "id": "id: pack.r%N",
    "title": "title: Trail n%N was deleted",
    "severity": "severity: low",
    "log": "log: aws.cloudtrail",
    "when": "when: {eventName: DeleteTrail, requestParameters.name: n%N}",
    "tests": "tests:\n"
    "  - {name: it is, event: {eventName: DeleteTrail, requestParameters: {name: n%N}}, expect: alert}\n"
    "  - {name: another, event: {eventName: GetTrail, requestParameters: {name: n%N}}, expect: nothing}",
}


def blocks(text):
    """The top-level keys of a text, each with its lines."""
    found = {}
    for line in text.splitlines():
        if re.match(r"[a-z_]+:", line) or not found:
            key = line.split(":")[0]
            while key in found:
                key += "'"
            found[key] = line
        else:
            found[key] += "\n" + line
    return found


def rule(number, instead=""):
    parts = {**RULE, **(blocks(instead) if instead else {})}
    return "\n".join(part for part in parts.values() if part != "when:").replace("%N", str(number)) + "\n"


def write(directory, name, text):
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, name), "w", encoding="utf-8") as to:
        to.write(text)


def mistakes():
    with open(os.path.join(HERE, "seeded.txt"), encoding="utf-8") as source:
        lines = [line for line in source if not line.startswith("#")]
    return re.findall(r"^(TC\d+)\n(.*?)(?=^TC\d+$|\Z)", "".join(lines), re.M | re.S)


def good(directory, count=500):
    for number in range(int(count)):
        write(directory, f"r{number:03}.yaml", rule(number))


def seeded(directory):
    good(directory)
    for number, (code, instead) in enumerate(mistakes()):
        number = 100 + 4 * number
        write(directory, f"r{number:03}.yaml", rule(number, instead.rstrip("\n")))


def compare(directory):
    found = {}
    for line in sys.stdin:
        finding = json.loads(line)
        found.setdefault(os.path.basename(finding.get("file", "")), set()).add(finding.get("code"))
    all_mistakes = mistakes()
    wrong = []
    for number, (code, instead) in enumerate(all_mistakes):
        name = f"r{100 + 4 * number:03}.yaml"
        if code not in found.pop(name, set()):
            wrong.append(f"{name}: no {code} in\n{instead}")
    wrong += [f"{name}: {codes} in a good rule" for name, codes in found.items()]
    print("\n".join(wrong) or f"{len(all_mistakes)} of {len(set(c for c, _ in all_mistakes))} kinds")
    sys.exit(bool(wrong))


def page(code):
    text = subprocess.run(["tocsin", "help", code], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^(Wrong|Right):\n\n((?:    .*\n|\n)+)", text, re.M)
    return {kind: re.sub(r"^    ", "", lines, flags=re.M).strip("\n") for kind, lines in found}


def examples(directory):
    codes = subprocess.run(["tocsin", "help", "codes"], capture_output=True, text=True, check=True).stdout
    for code in re.findall(r"^TC[01]\d\d", codes, re.M):
        for kind, lines in page(code).items():
            if re.match(r"event:|expect:", lines):
                lines = "tests:\n  - name: a\n    " + lines.replace("\n", "\n    ")
                lines += "" if "expect:" in lines else "\n    expect: alert"
                lines += "" if "event:" in lines else "\n    event: {eventName: GetTrail}"
            if re.match(r"url:", lines):
                lines = "destinations:\n  soc:\n    type: slack\n    " + lines
            is_config = re.match(r"(destinations|routes):", lines)
            if re.match(r"routes:", lines):
                lines += '\ndestinations:\n  soc: {type: webhook, url: "https://example.com/"}'
                lines += '\n  on-call: {type: webhook, url: "https://example.com/"}'
            place = os.path.join(directory, code, kind)
            write(place, "tocsin.yaml", lines + "\nrules: [r.yaml]\n" if is_config else "rules: [r.yaml]\n")
            text = rule(1, "" if is_config else lines)
            write(place, "r.yaml", text.replace("pack.r1", "aws.root-login") if is_config else text)
            for name in ("beside.lua", "root.lua"):
                write(place, name, "function rule(event) return true end\n")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
