"""The work load: made once and kept in BUILD/bench/load, as a row of corpora, each four times as
large as the one before and beginning with the same records. Who is slow reads a small one.
"""
import glob
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.path.join(HERE, "../../../shared/bench/make_bench.py")
OWN = os.path.join(HERE, "make_load.py")
STEPS, LEAST_MB = 5, 2
MB_A_FILE = 8  # of the gzip'd files, before they are packed


@dataclass
class Corpus:
    folder: str
    events: int
    bytes: int
    matches: dict  # of each rule set: pairs of event and rule

    @property
    def path(self):
        return self.folder + "/corpus.ndjson"

    @property
    def packed(self):
        return self.folder + "/gz"

    @cached_property
    def packed_files(self):
        return sorted(glob.glob(self.packed + "/*.gz"))

    @cached_property
    def inflated(self):
        """Bytes in the gzip'd files, by what each says of itself."""
        total = 0
        for path in self.packed_files:
            with open(path, "rb") as file:
                file.seek(-4, os.SEEK_END)
                total += int.from_bytes(file.read(), "little")
        return total


@dataclass
class Load:
    maker: str
    rules: str      # the folder with the rule sets
    corpora: list   # the smallest first
    empty: Corpus   # no event

    @property
    def largest(self):
        return self.corpora[-1]

    @property
    def sizes(self):
        """Of rule sets."""
        return sorted(int(name[1:]) for name in self.largest.matches)

    def has(self, rule_set):
        return rule_set.split("-")[0] in self.largest.matches


def maker():
    given = os.environ.get("BENCH_LOAD")
    return os.path.normpath(given or (SHARED if os.path.exists(SHARED) else OWN))


def _fingerprint(script, rules):
    """Of all that decides what the records and rules are."""
    digest = hashlib.sha256(b"%d" % rules)
    for path in sorted({script, *glob.glob(os.path.dirname(script) + "/make_*.py")}):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()[:12]


def _make(script, folder, mb, rules):
    print(f"making {mb:g} MB of records ({os.path.basename(script)})", file=sys.stderr, flush=True)
    subprocess.run(
        [sys.executable, "-B", script, folder + ".new", "--mb", f"{mb:g}", "--rules", str(rules),
         "--gz", str(max(1, round(mb / MB_A_FILE)))], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(folder + ".new", folder)


def _corpus(script, top, mb, rules):
    folder = f"{top}/{mb:g}"
    if not os.path.exists(folder + "/expected.json"):
        _make(script, folder, mb, rules)
    with open(folder + "/expected.json", encoding="utf-8") as file:
        known = json.load(file)
    return Corpus(folder, known["events"], known["bytes"], known["matches"])


def _empty(top):
    """No event, plain and packed."""
    folder = top + "/empty"
    os.makedirs(folder + "/gz", exist_ok=True)
    with open(folder + "/corpus.ndjson", "wb"), gzip.open(folder + "/gz/f.json.gz", "wb") as packed:
        packed.write(b'{"Records":[]}')
    return Corpus(folder, 0, 0, {})


def prepare(build, mb, rules):
    """Makes what is not there yet; a work load of another kind that was kept goes."""
    script = maker()
    top = f"{build}/bench/load/{_fingerprint(script, rules)}"
    for old in glob.glob(f"{build}/bench/load/*"):
        if old != top:
            shutil.rmtree(old)
    os.makedirs(top, exist_ok=True)
    sizes = [mb] + [mb / 4 ** step for step in range(1, STEPS) if mb / 4 ** step >= LEAST_MB]
    corpora = [_corpus(script, top, size, rules) for size in reversed(sizes)]
    return Load(os.path.basename(script), corpora[-1].folder, corpora, _empty(top))
