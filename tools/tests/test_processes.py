import os
import sys
import time
import unittest

import loading  # noqa: F401  (finds tools/lib)
from processes import MeasurementError, Server, free_port

# Listens on the port it is given, works for 0.2 s of CPU time in a child that ends, then leaves a
# second child that only waits.
PROGRAM = """
import os, socket, sys, time
def work():
    while time.process_time() < 0.2: pass
    os._exit(0)
child = os.fork()
if child == 0: work()
os.waitpid(child, 0)
if os.fork() == 0: time.sleep(60)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)
"""


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Processes(unittest.TestCase):
    def setUp(self):
        self.port = free_port()
        self.command = [sys.executable, "-I", "-c", PROGRAM, str(self.port)]

    def test_ended_children_are_counted(self):
        with Server(self.command, "", self.port) as server:
            self.assertEqual(len(server.pids()), 2)
            self.assertGreater(server.cpu_seconds(), 0.19)
            self.assertLess(server.cpu_seconds(), 2)

    def test_an_idle_server_uses_next_to_nothing(self):
        with Server(self.command, "", self.port) as server:
            before = server.cpu_seconds()
            time.sleep(0.1)
            self.assertLess(server.cpu_seconds() - before, 0.02)

    def test_memory_is_that_of_all_processes(self):
        with Server(self.command, "", self.port) as server:
            self.assertGreater(server.pss_bytes(), 2 << 20)

    def test_no_process_outlives_the_measurement(self):
        with Server(self.command, "", self.port) as server:
            pids = server.pids()
        end = time.monotonic() + 2
        while any(map(is_alive, pids)) and time.monotonic() < end:
            time.sleep(0.01)
        self.assertFalse(any(map(is_alive, pids)))

    def test_a_server_that_does_not_start_says_why(self):
        with self.assertRaisesRegex(MeasurementError, "no such"):
            with Server(["sh", "-c", "echo no such thing >&2; exit 1"], "", self.port):
                self.fail("started")

    def test_a_server_runs_on_its_cpus(self):
        cpu = min(os.sched_getaffinity(0))
        with Server(self.command, str(cpu), self.port) as server:
            for pid in server.pids():
                self.assertEqual(os.sched_getaffinity(pid), {cpu})


if __name__ == "__main__":
    unittest.main()
