"""The ways to do the work: Tocsin, its peers, and the limits of reading; a row each.

A way knows how it is called and how many matches it must find. What it needs and is not there is
told, and the way is left out.
"""
import glob
import os
import shutil
import subprocess
from dataclasses import dataclass

PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")


@dataclass(frozen=True)
class Way:
    engine: str   # whose row it is in the table of speeds
    rules: str    # the rule set: w100, w100-lua
    limit: float  # seconds that its events may take: decides how many it reads
    like: tuple = ()  # (engine, rules) of another way: reads as much as that one

    @property
    def key(self):
        return self.engine, self.rules

    def missing(self, bench):
        """What it needs and is not there; None: nothing."""
        return None

    def command(self, bench, corpus):
        raise NotImplementedError

    def stdin(self, bench):
        return "/dev/null"

    def found(self, out):
        """How many matches the output tells, and of how many events; None: it does not say."""
        with open(out, encoding="utf-8") as file:
            matches, events = map(int, file.read().split())
        return matches, events

    def expected(self, corpus):
        return corpus.matches[self.rules.split("-")[0]], corpus.events


def _lines(path):
    with open(path, "rb") as file:
        return sum(1 for _ in file)


@dataclass(frozen=True)
class Tocsin(Way):
    jobs: int = 1
    packed: bool = False

    def command(self, bench, corpus):
        return [bench.build + "/tocsin", "replay", "-q", "-j", str(self.jobs), "-f", "json",
                "-r", f"{bench.load.rules}/{self.rules}",
                corpus.packed if self.packed else corpus.path]

    def found(self, out):
        return _lines(out), None  # `dedup: {period: 0}`: an alert is a match


@dataclass(frozen=True)
class Python(Way):
    program: str = "loop.py"

    def command(self, bench, corpus):
        return ["python3", "-B", f"{PEERS}/{self.program}", f"{bench.load.rules}/{self.rules}.py",
                corpus.path]


@dataclass(frozen=True)
class Lua(Way):
    def missing(self, bench):
        if not shutil.which("lua5.4"):
            return "lua5.4"
        cjson = subprocess.run(["lua5.4", "-lcjson", "-e", ""], capture_output=True, check=False)
        return None if cjson.returncode == 0 else "lua-cjson"

    def command(self, bench, corpus):
        return ["lua5.4", f"{PEERS}/loop.lua", corpus.path]

    def stdin(self, bench):
        """The manifests in one file."""
        path = f"{bench.load.rules}/{self.rules}.yamls"
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as to:
                for name in sorted(glob.glob(f"{bench.load.rules}/{self.rules}-lua/*.yaml")):
                    with open(name, encoding="utf-8") as file:
                        to.write(file.read())
        return path


@dataclass(frozen=True)
class Jq(Way):
    def missing(self, bench):
        return None if shutil.which("jq") else "jq"

    def command(self, bench, corpus):
        return ["jq", "-c", "-f", f"{bench.load.rules}/{self.rules}.jq", corpus.path]

    def found(self, out):
        return _lines(out), None


@dataclass(frozen=True)
class OnDemand(Way):
    def missing(self, bench):
        return None if os.path.exists(bench.build + "/bench/ondemand") else "libsimdjson-dev"

    def command(self, bench, corpus):
        return [bench.build + "/bench/ondemand", corpus.path]


@dataclass(frozen=True)
class Inflate(Way):
    def missing(self, bench):
        return None if os.path.exists(bench.build + "/bench/inflate") else "libdeflate-dev"

    def command(self, bench, corpus):
        return [bench.build + "/bench/inflate", *corpus.packed_files]

    def found(self, out):
        with open(out, encoding="utf-8") as file:
            return int(file.read()), None

    def expected(self, corpus):
        return corpus.inflated, corpus.events


TOCSIN, TWO, PACKED = "tocsin", "tocsin -j 2", "tocsin -j 2, gzip"
BARE = "tocsin, without when"
LOOP, DICT, LUA, JQ = "Python, every rule", "Python, dict", "Lua, every rule", "jq"
ONDEMAND, INFLATE = "simdjson, two fields", "libdeflate"

# Neighbours are compared with each other. jq 1.6 compiles no program as long as w1000's.
WAYS = (
    Inflate(INFLATE, "w100", 4, like=(PACKED, "w100")),
    Tocsin(PACKED, "w100", 4, jobs=2, packed=True),
    Tocsin(TWO, "w100", 4, like=(TOCSIN, "w100"), jobs=2),
    Tocsin(TOCSIN, "w100", 4),
    OnDemand(ONDEMAND, "w1", 4),
    Tocsin(TOCSIN, "w1", 4),
    Tocsin(TWO, "w1", 4, like=(TOCSIN, "w1"), jobs=2),
    Tocsin(TWO, "w1000", 4, like=(TOCSIN, "w1000"), jobs=2),
    Tocsin(TOCSIN, "w1000", 4),
    Tocsin(TOCSIN, "w10000", 4),
    Python(DICT, "w1000", 1.5, program="dict.py"),
    Python(LOOP, "w1000", 1.5),
    Python(LOOP, "w100", 1.5),
    Tocsin(BARE, "w100-lua", 1.5),
    Tocsin(BARE, "w1-lua", 1.5),
    Tocsin(BARE, "w1000-lua", 1.5),
    Python(LOOP, "w1", 1.5),
    Python(DICT, "w1", 1.5, program="dict.py"),
    Python(DICT, "w100", 1.5, program="dict.py"),
    Python(DICT, "w10000", 1.5, program="dict.py"),
    Lua(LUA, "w1", 1.5),
    Lua(LUA, "w100", 1.5),
    Lua(LUA, "w1000", 1.5),
    Jq(JQ, "w1", 1.5),
    Jq(JQ, "w100", 1.5),
)
