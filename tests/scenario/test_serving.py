"""Serving many: fork, dead backends, limits, refusals, drain, running out of descriptors."""

import os
import re
import resource
import select
import signal
import socket
import threading
import time
import unittest
from pathlib import Path

from harness import (KILLED_BY_TERM, PATIENCE, Scenario, echo, free_port, read_all,
                     ringcat_only, wait_until)


def round_trip(connection, data=b"ping"):
    connection.sendall(data)
    answer = b""
    while len(answer) < len(data):
        part = connection.recv(len(data) - len(answer))
        if not part:
            break
        answer += part
    return answer


def is_cut(connection):
    """Whether the connection ends without a byte: with an end of file, or a reset."""
    try:
        return connection.recv(10) == b""
    except ConnectionResetError:
        return True


class Fork(Scenario):
    def test_serves_many_clients_at_once(self):
        backend, server = self.tcp_server(echo)
        port, _ = self.listen("fork", to=f"TCP4:127.0.0.1:{backend}")
        clients = [self.connect(port) for _ in range(20)]
        for number, client in enumerate(clients):
            client.sendall(b"client %d" % number)
        for number, client in enumerate(clients):
            self.assertEqual(client.recv(100), b"client %d" % number)
        self.assertEqual(server.accepted, 20)

    @ringcat_only
    def test_is_one_process(self):
        port, relay = self.listen("fork", to="PIPE")
        clients = [self.connect(port) for _ in range(5)]
        for client in clients:
            self.assertEqual(round_trip(client), b"ping")
        children = Path(f"/proc/{relay.pid}/task/{relay.pid}/children").read_text()
        self.assertEqual(children, "")

    def test_survives_a_dead_backend(self):
        backend = free_port()
        port, relay = self.listen("fork", to=f"TCP4:127.0.0.1:{backend}")
        self.assertTrue(is_cut(self.connect(port)))
        relay.log_shows(r" E .*Connection refused")
        listener = socket.create_server(("127.0.0.1", backend))
        self.addCleanup(listener.close)
        self.connect(port)
        connection, _ = listener.accept()
        connection.close()

    def test_survives_a_client_that_resets(self):
        backend, _ = self.tcp_server(echo)
        port, _ = self.listen("fork", to=f"TCP4:127.0.0.1:{backend}")
        rude = self.connect(port)
        self.assertEqual(round_trip(rude), b"ping")
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        rude.close()
        self.assertEqual(round_trip(self.connect(port)), b"ping")

    @ringcat_only
    def test_spreads_over_several_threads(self):
        port, relay = self.listen("fork", to="PIPE", before=["--threads=3"])
        for _ in range(12):
            self.assertEqual(round_trip(self.connect(port)), b"ping")
        self.assertGreaterEqual(len(os.listdir(f"/proc/{relay.pid}/task")), 3)

    def test_keeps_at_most_max_children_sessions(self):
        port, _ = self.listen("fork", "max-children=2", to="PIPE")
        first, second = self.connect(port), self.connect(port)
        self.assertEqual((round_trip(first), round_trip(second)), (b"ping", b"ping"))
        third = self.connect(port)
        third.sendall(b"ping")
        third.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            third.recv(4)
        first.close()
        third.settimeout(20)
        self.assertEqual(third.recv(4), b"ping")

    @ringcat_only
    def test_keeps_max_children_when_several_threads_wait_for_slots(self):
        limit = 4
        port, _ = self.listen("fork", f"max-children={limit}", to="PIPE", before=["--threads=4"])
        clients = self.connect_at_once(port, 60)
        first = self.answered(clients)
        self.assertEqual(len(first), limit)
        for client in first:
            client.close()
        self.assertEqual(len(self.answered(set(clients) - set(first))), limit)

    def connect_at_once(self, port, count):
        """Clients that come in one burst, so that every thread accepts some; each sends a byte."""
        clients = [socket.socket() for _ in range(count)]
        for client in clients:
            self.addCleanup(client.close)
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", port))
        for client in clients:
            select.select([], [client], [], PATIENCE)
            client.send(b"x")
        return clients

    def answered(self, clients):
        """Those whose byte has come back when no more do."""
        select.select(clients, [], [], PATIENCE)
        time.sleep(0.3)
        return select.select(clients, [], [], 0)[0]


class Refusal(Scenario):
    def test_range_admits_and_refuses_by_the_source(self):
        port, relay = self.listen("fork", "range=127.0.0.1/32", to="PIPE", before=["-d"])
        stranger = self.connect(port, source="127.0.0.2")
        self.assertTrue(is_cut(stranger))
        relay.log_shows(r" W refusing connection from AF=2 127\.0\.0\.2:\d+ due to range option")
        self.assertEqual(round_trip(self.connect(port)), b"ping")

    def test_range_takes_a_mask(self):
        port, _ = self.listen("fork", "range=127.0.0.2:255.255.255.255", to="PIPE")
        self.assertTrue(is_cut(self.connect(port)))
        self.assertEqual(round_trip(self.connect(port, source="127.0.0.2")), b"ping")


@ringcat_only
class Drain(Scenario):
    def serve(self, *flags):
        backend, _ = self.tcp_server(echo)
        port, relay = self.listen("fork", to=f"TCP4:127.0.0.1:{backend}", before=flags)
        client = self.connect(port)
        self.assertEqual(round_trip(client), b"ping")
        return port, relay, client

    def stop(self, port, relay, number=signal.SIGTERM):
        relay.signal(number)
        wait_until(lambda: self.refuses(port), "no longer accepting")

    def refuses(self, port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            return True
        except ConnectionResetError:  # it was in the backlog when the listener closed
            pass
        return False

    def test_stops_accepting_and_lets_sessions_finish(self):
        port, relay, client = self.serve()
        self.stop(port, relay)
        self.assertEqual(round_trip(client, b"still served"), b"still served")
        client.close()
        relay.ends(KILLED_BY_TERM)

    def test_closes_what_is_left_at_its_limit(self):
        port, relay, client = self.serve("--drain=0.3")
        self.stop(port, relay)
        begin = time.monotonic()
        relay.ends(KILLED_BY_TERM)
        self.assertLess(time.monotonic() - begin, 3)
        self.assertTrue(is_cut(client))

    def test_ends_at_once_at_a_second_signal(self):
        port, relay, client = self.serve("--drain=60")
        self.stop(port, relay)
        relay.signal(signal.SIGTERM)
        relay.ends(KILLED_BY_TERM, within=5)
        self.assertTrue(is_cut(client))

    def test_follows_sigint_too(self):
        port, relay, client = self.serve()
        self.stop(port, relay, signal.SIGINT)
        client.close()
        relay.ends(130)


@ringcat_only
class OutOfDescriptors(Scenario):
    """EMFILE must not end the relay, nor make it spin, nor lose the sessions it has."""

    LIMIT = 40

    def serve(self):
        """A relay that may have LIMIT descriptors, one client it serves, and more than it can."""
        backend, _ = self.tcp_server(echo)
        port, relay = self.listen("fork", to=f"TCP4:127.0.0.1:{backend}",
                                  before=["-d", "--threads=1"], preexec_fn=self.limit_descriptors)
        first = self.connect(port)
        self.assertEqual(round_trip(first), b"ping")
        too_many = [self.connect(port) for _ in range(2 * self.LIMIT)]
        relay.log_shows(r"(?i)too many open files")
        return port, relay, first, too_many

    def limit_descriptors(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.LIMIT, self.LIMIT))

    def test_is_survived_without_spinning(self):
        port, relay, first, too_many = self.serve()
        before = self.cpu_seconds(relay)
        time.sleep(1)
        self.assertLess(self.cpu_seconds(relay) - before, 0.3, "it spins")
        self.assertEqual(round_trip(first), b"ping")
        for client in too_many:
            client.close()
        wait_until(lambda: self.is_served(port), "serving again")

    def test_is_logged_once_a_second_not_for_each_try(self):
        _, relay, _, _ = self.serve()
        time.sleep(1.5)
        for where in ("accept", "socket"):
            lines = re.findall(rf"(?i){where}.*too many open files", relay.errors)
            self.assertLess(len(lines), 4, relay.errors)

    def is_served(self, port):
        with socket.create_connection(("127.0.0.1", port), timeout=2) as client:
            try:
                return round_trip(client) == b"ping"
            except OSError:
                return False

    def cpu_seconds(self, relay):
        fields = Path(f"/proc/{relay.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@ringcat_only
class FileLimit(Scenario):
    def test_is_raised_to_the_hard_limit(self):
        hard = 4096
        _, relay = self.listen("fork", to="PIPE", preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, (256, hard)))
        self.assertEqual(resource.prlimit(relay.pid, resource.RLIMIT_NOFILE), (hard, hard))


class Churn(Scenario):
    def test_leaves_no_descriptor_behind(self):
        backend, _ = self.tcp_server(echo)
        port, relay = self.listen("fork", to=f"TCP4:127.0.0.1:{backend}")
        self.one_session(port)
        before = self.open_descriptors(relay)
        threads = [threading.Thread(target=self.sessions, args=(port, 25)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        wait_until(lambda: self.open_descriptors(relay) <= before,
                   f"{before} open descriptors again")

    def sessions(self, port, count):
        for _ in range(count):
            self.one_session(port)

    def one_session(self, port):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(b"x" * 1000)
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(len(read_all(client)), 1000)

    def open_descriptors(self, relay):
        return len(os.listdir(f"/proc/{relay.pid}/fd"))


if __name__ == "__main__":
    unittest.main()
