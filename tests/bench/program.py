"""Runs a program and says what it cost: it and all processes that it started.

Knows nothing of what is measured. A process that outlives its parent becomes ours (this process is
a subreaper), so that no worker's time is lost, however it ends.
"""
import ctypes
import os
import time
from dataclasses import dataclass

PR_SET_CHILD_SUBREAPER = 36


class Failed(Exception):
    pass


@dataclass(frozen=True)
class Cost:
    """Seconds."""
    wall: float
    cpu: float  # user and system, all processes


def two_cores():
    """The numbers of two cores that we may use; of one where there is no other."""
    return sorted(os.sched_getaffinity(0))[:2]


def become_reaper():
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise Failed("cannot take in processes that lost their parent")


def _become(argv, stdin, stdout, stderr, cores):
    os.sched_setaffinity(0, cores)
    for number, path, flags in (
            (0, stdin, os.O_RDONLY),
            (1, stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            (2, stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)):
        os.dup2(os.open(path, flags, 0o644), number)
    os.execvp(argv[0], argv)


def start(argv, stdin="/dev/null", stdout="/dev/null", stderr="/dev/null", cores=None):
    """Its process id. What it says goes to files."""
    cores = cores or two_cores()
    pid = os.fork()
    if pid == 0:
        try:
            _become(argv, stdin, stdout, stderr, cores)
        finally:
            os._exit(127)
    return pid


def wait_for_all(pid):
    """Waits for all our children. How `pid` ended, and the CPU time of all."""
    cpu, status = 0.0, None
    while True:
        try:
            ended, how, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return status, cpu
        cpu += usage.ru_utime + usage.ru_stime
        if ended == pid:
            status = os.waitstatus_to_exitcode(how)


def run(argv, out, stdin="/dev/null"):
    """Runs it to its end on two cores; standard output goes to the file `out`, errors beside it."""
    begin = time.monotonic()
    pid = start(argv, stdin, out, out + ".err")
    status, cpu = wait_for_all(pid)
    wall = time.monotonic() - begin
    if status != 0:
        raise Failed("'%s' ended with %s: %s" % (" ".join(argv)[:200], status, tail(out + ".err")))
    return Cost(wall, cpu)


def tail(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return " | ".join(file.read().strip().splitlines()[-3:])
