"""How long an alert takes from the line being written to its arrival at a receiver on this machine,
while `tocsin run` follows a file that grows by 1,000 events a second.
"""
import itertools
import json
import os
import shutil
import signal
import time

from program import Failed, start, tail, wait_for_all

RATE = 1000
EVERY = 20  # events: one of so many is a match
SYNCS = 100
CONFIGURATION = """\
rules: [{rules}]
inputs: [{{file: feed.ndjson}}]
destinations:
  hook: {{type: webhook, url: "http://127.0.0.1:{port}/", allow_http: true, allow_loopback: true}}
routes: [{{to: [hook]}}]
store: tocsin.db
"""


# ---- the disk alone ----

def _syncs(folder):
    """Seconds that a small append takes to be safe, many times."""
    taken = []
    with open(folder + "/sync", "ab", buffering=0) as file:
        for _ in range(SYNCS):
            file.write(b"x" * 4096)
            begin = time.monotonic()
            os.fsync(file.fileno())
            taken.append(time.monotonic() - begin)
            time.sleep(0.002)
    return taken


# ---- what is written ----

def _match(line, number):
    """The record, as one that the first rule wants."""
    event = json.loads(line)
    event["eventName"], event["eventID"] = "CreatePortfolio", "latency-%06d" % number
    event["userIdentity"] = {"type": "Root", "accountId": "111122223333"}
    return json.dumps(event, separators=(",", ":"))


def _feed(corpus):
    with open(corpus.path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in itertools.islice(file, 20 * RATE)]
    for number, line in enumerate(itertools.cycle(lines)):
        if number % EVERY == 0:
            yield "latency-%06d" % number, _match(line, number)
        else:
            yield None, line


def _write(feed, lines, fd):
    """At the rate, one line a call. When each match was about to be written."""
    written = {}
    begin = time.monotonic()
    for number, (name, line) in enumerate(itertools.islice(feed, lines)):
        data = line.encode() + b"\n"
        early = begin + number / RATE - time.monotonic()
        if early > 0:
            time.sleep(early)
        if name:
            written[name] = time.time()
        os.write(fd, data)
    return written


# ---- what arrives ----

def _arrivals(log):
    """Seconds, by event. The log tells whole milliseconds, cut: the later end is taken."""
    arrived = {}
    with open(log, encoding="utf-8") as file:
        for line in file:
            if not line.endswith("\n"):
                break
            request = json.loads(line)
            for name in json.loads(request["body"])["event_ids"]:
                arrived.setdefault(name, (request["time_ms"] + 1) / 1000)
    return arrived


def _wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failed("latency: no " + what)
        time.sleep(0.02)


# ---- the whole ----

class _Running:
    """A receiver, and `tocsin run` that alerts it."""

    def __init__(self, build, rules, folder):
        self.log, port = folder + "/log", folder + "/port"
        self.errors = folder + "/run.err"
        cores = sorted(os.sched_getaffinity(0))
        receiver = [build + "/receiver", "--port-file", port, "--log", self.log]
        self.pids = [start(receiver, cores=cores)]
        _wait_for(lambda: os.path.exists(port), 10, "receiver")
        with open(port, encoding="ascii") as file, open(
                folder + "/tocsin.yaml", "w", encoding="utf-8") as to:
            to.write(CONFIGURATION.format(rules=os.path.abspath(rules), port=int(file.read())))
        self.pids.insert(0, start([build + "/tocsin", "run", "-q", "-c", folder + "/tocsin.yaml"],
                                  stderr=self.errors, cores=cores))

    def wait_for(self, names, seconds):
        try:
            _wait_for(lambda: names <= _arrivals(self.log).keys(), seconds, "alert")
        except Failed as failed:
            raise Failed("%s; %s" % (failed, tail(self.errors) or "the log says nothing")) from None

    def end(self):
        for pid in self.pids:
            os.kill(pid, signal.SIGTERM)
        wait_for_all(self.pids[0])


def measure(build, rules, corpus, folder, seconds):
    """Seconds, sorted: what each alert took, and what each sync of the disk took."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    feed = _feed(corpus)
    syncs = _syncs(folder)
    fd = os.open(folder + "/feed.ndjson", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    running = _Running(build, rules, folder)
    try:
        running.wait_for(_write(feed, EVERY, fd).keys(), 30)  # until it is awake
        written = _write(feed, int(seconds * RATE), fd)
        running.wait_for(written.keys(), 30)
    finally:
        running.end()
        os.close(fd)
    arrived = _arrivals(running.log)
    syncs += _syncs(folder)
    return sorted(arrived[name] - at for name, at in written.items()), sorted(syncs)


def share(ordered, part):
    """The value that so large a part does not pass: 0.5 is the median."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
