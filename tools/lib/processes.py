"""A server under measurement: its processes, their CPU time, their memory, and their end.

CPU time is that of every process of the server: the kernel's CPU clock of each live one (nanoseconds,
all threads, ended ones included) and what each has reaped from ended children (`cutime` and
`cstime` of /proc/PID/stat: exact sums, shown in steps of 10 ms).
"""

import os
import random
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

CLOCK_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
START_SECONDS = 10
# A program listens before it has finished starting; what it does then must not be counted.
SETTLE_SECONDS = 0.25


class MeasurementError(Exception):
    """A measurement that gave no result, and why."""


class Server:
    """A program that was started with `command` on `cpus` (a list such as `0`, or empty for any) and
    listens on `port`. A context manager: at its end every process of it has ended."""

    def __init__(self, command, cpus, port):
        self._command = (["taskset", "-c", cpus] if cpus else []) + command
        self._port = port

    def __enter__(self):
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=self._errors,
                                         start_new_session=True)
        try:
            self._await_listening()
        except MeasurementError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # Handles, not numbers: a number may name somebody else's process a moment later.
        handles = _handles(self.pids()) if self._process.poll() is None else []
        for handle in handles:
            _signal(handle, signal.SIGTERM)
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            pass
        # What did not obey, and children that a stopped parent left behind.
        for handle in handles:
            _signal(handle, signal.SIGKILL)
            os.close(handle)
        self._process.wait()
        self._errors.close()

    def _await_listening(self):
        end = time.monotonic() + START_SECONDS
        while not is_listening(self._port):
            if self._process.poll() is not None or time.monotonic() > end:
                self._errors.seek(0)
                said = self._errors.read().decode(errors="replace").strip()
                raise MeasurementError(f"{self._command} does not listen: {said}")
            time.sleep(0.01)
        time.sleep(SETTLE_SECONDS)

    def wait(self, seconds):
        """Its exit status, once it has ended by itself."""
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise MeasurementError(f"{self._command} did not end within {seconds} s") from error

    def pids(self):
        found, unseen = [], [self._process.pid]
        while unseen:
            pid = unseen.pop()
            found.append(pid)
            unseen += _children(pid)
        return found

    def cpu_seconds(self):
        return sum(_cpu_seconds(pid) for pid in self.pids())

    def pss_bytes(self):
        return sum(_pss_bytes(pid) for pid in self.pids())

    def await_few_processes(self, limit, seconds=2.0):
        """Waits until children that serve ended connections are gone and counted."""
        end = time.monotonic() + seconds
        while len(self.pids()) > limit and time.monotonic() < end:
            time.sleep(0.02)


def _handles(pids):
    handles = []
    for pid in pids:
        try:
            handles.append(os.pidfd_open(pid))
        except ProcessLookupError:
            continue
    return handles


def _signal(handle, number):
    try:
        signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        pass


def _read_of_process(pid, name):
    """A file of /proc/PID, empty where the process has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _children(pid):
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except FileNotFoundError:
        return []
    return [int(child) for task in tasks
            for child in _read_of_process(pid, f"task/{task}/children").split()]


def _cpu_seconds(pid):
    # clock_getcpuclockid(3): the CPU clock of a process is named by its inverted id.
    cpu_clock_of_process = (~pid << 3) | 2
    try:
        own = time.clock_gettime(cpu_clock_of_process)
    except OSError:
        return 0.0
    fields = _read_of_process(pid, "stat").rpartition(")")[2].split()
    reaped_ticks = int(fields[13]) + int(fields[14]) if fields else 0
    return own + reaped_ticks / CLOCK_TICKS_PER_SECOND


def _pss_bytes(pid):
    for line in _read_of_process(pid, "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def is_listening(port):
    listening = "0A"
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, _, state, *_ = line.split()
        if state == listening and int(local.rpartition(":")[2], 16) == port:
            return True
    return False


def free_port():
    """A port nobody uses, outside the range that the kernel gives to connecting sockets."""
    while True:
        port = random.randrange(20000, 30000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
