"""How much memory a program and all processes that it starts hold at most.

Pss: what several processes share counts once, in parts. Where the processes of the rules cannot
be looked into (they are closed to all but root), it is the resident memory of each, added up: more
than the truth, never less.
"""
import glob
import os
import time

from program import Cost, Failed, start, tail, wait_for_all

PAUSE = 0.01


def _read(path):
    try:
        with open(path, encoding="ascii") as file:
            return file.read()
    except OSError:
        return ""


def _tree(pid):
    """The process and all below it."""
    found = [pid]
    for parent in found:
        for path in glob.glob(f"/proc/{parent}/task/*/children"):
            found += map(int, _read(path).split())
    return found


def _field(text, name):
    """In MB of a million bytes; None: it is not there."""
    for line in text.splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    return None


def _pss(pids):
    parts = [_field(_read(f"/proc/{pid}/smaps_rollup"), "Pss") for pid in pids]
    return sum(part or 0 for part in parts), None not in parts


def _resident(pids):
    return sum(_field(_read(f"/proc/{pid}/status"), "VmRSS") or 0 for pid in pids)


def _wait_while_looking(pid):
    most = {"Pss": 0.0, "resident": 0.0}
    open_to_us = False
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        pids = _tree(pid)
        pss, whole = _pss(pids)
        open_to_us = open_to_us or (whole and len(pids) > 2)
        most["Pss"] = max(most["Pss"], pss)
        most["resident"] = max(most["resident"], _resident(pids))
        time.sleep(PAUSE)
    return "Pss" if open_to_us else "resident", most


def watch(argv, out):
    """What it cost; how many MB it held at most, and which measure that is."""
    begin = time.monotonic()
    pid = start(argv, stdout=out, stderr=out + ".err")
    kind, most = _wait_while_looking(pid)
    status, cpu = wait_for_all(pid)
    if status != 0:
        raise Failed("'%s' failed: %s" % (" ".join(argv), tail(out + ".err")))
    return Cost(time.monotonic() - begin, cpu), most[kind], kind


def peak(argv, out):
    """In MB, and which measure it is."""
    return watch(argv, out)[1:]
