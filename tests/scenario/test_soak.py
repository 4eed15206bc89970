"""Thousands of sessions: nothing is lost on the way, and nothing is left behind."""

import os
import re
import subprocess
import unittest
from pathlib import Path
from signal import SIGUSR1

from harness import Scenario, free_port, ringcat_only, wait_until

LOAD = os.environ.get("SOAK_LOAD", "soak_load")
LOAD_SECONDS = 100
IS_SANITIZED = "ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ
SCALE = 10 if IS_SANITIZED else 1  # sanitizers are slow; what they look for needs no thousands


@ringcat_only
class Soak(Scenario):
    def serve(self, *flags):
        self.server_port = free_port()
        self.port, self.relay = self.listen("fork", "backlog=4096", before=flags,
                                            to=f"TCP4:127.0.0.1:{self.server_port}")
        self.descriptors = self.open_descriptors()

    def load(self, mode, count):
        command = [LOAD, mode, str(self.port), str(self.server_port), str(count)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=LOAD_SECONDS,
                                check=False)
        self.assertEqual(result.stdout, f"{count} sessions, 0 wrong\n", result.stderr)

    def open_descriptors(self):
        return len(os.listdir(f"/proc/{self.relay.pid}/fd"))

    def assert_nothing_is_left(self, sessions):
        """A worker keeps some pipes for the next bulk flow: 16, two descriptors each."""
        workers = len(os.listdir(f"/proc/{self.relay.pid}/task"))
        most = self.descriptors + workers * 16 * 2
        wait_until(lambda: self.open_descriptors() <= most, f"at most {most} descriptors")
        wait_until(lambda: self.statistics() == (sessions, sessions), f"{sessions} sessions ended: "
                   f"{self.relay.errors[-2000:]}")

    def statistics(self):
        """(connections accepted, sessions that finished), asked for now."""
        before = len(self.relay.errors)
        self.relay.signal(SIGUSR1)
        wait_until(lambda: "sessions ended: stopped" in self.relay.errors[before:], "statistics")
        text = self.relay.errors[before:]
        return tuple(int(re.search(pattern, text)[1]) for pattern in (
            r"STATISTICS: (\d+) connections accepted", r"(\d+) sessions ended: finished"))


class HalfClose(Soak):
    SESSIONS = 5000 // SCALE

    def test_loses_no_byte_of_any_answer(self):
        # A sanitizer slows the load as well: its answers may take longer than late_by.
        self.serve("-t", "60" if IS_SANITIZED else "5")
        self.load("half-close", self.SESSIONS)
        self.assert_nothing_is_left(self.SESSIONS)


class ShortConnections(Soak):
    CONNECTIONS = 20000 // SCALE

    def test_leave_nothing_behind(self):
        self.serve()
        self.load("short", self.CONNECTIONS)
        self.assert_nothing_is_left(self.CONNECTIONS)


class IdleConnections(Soak):
    FEW, MANY = 1000 // SCALE, 5000 // SCALE
    MOST_BYTES = 1024  # that one more idle connection costs
    MOST_BYTES_IN_ALL = 2048  # with what opening so many at once made the process take and keep

    def test_cost_at_most_one_kibibyte_each(self):
        self.serve()
        empty = self.memory()
        first = self.memory_while_idle(self.MANY)
        few, many = (self.memory_while_idle(count) for count in (self.FEW, self.MANY))
        self.assert_nothing_is_left(self.MANY + self.FEW + self.MANY)
        each = (many - few) / (self.MANY - self.FEW)
        in_all = max(first - empty, many - empty) / self.MANY
        print(f"{each:.0f} bytes for each idle connection, {in_all:.0f} in all")
        if not IS_SANITIZED:
            self.assertLessEqual(each, self.MOST_BYTES)
            self.assertLessEqual(in_all, self.MOST_BYTES_IN_ALL)

    def memory_while_idle(self, count):
        command = [LOAD, "idle", str(self.port), str(self.server_port), str(count)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as load:
            try:
                self.assertEqual(load.stdout.readline(), "ready\n")
                wait_until(lambda: self.open_descriptors() >= 2 * count, "all relayed")
                return self.memory()
            finally:
                load.communicate("\n", timeout=LOAD_SECONDS)

    def memory(self):
        """Bytes of the relay's own (proportional) memory."""
        rollup = Path(f"/proc/{self.relay.pid}/smaps_rollup").read_text()
        return int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[1]) * 1024


if __name__ == "__main__":
    unittest.main()
