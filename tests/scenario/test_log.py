"""What people's scripts look for in the log: the phrases of socat, at its levels."""

import os
import re
import socket
import subprocess
import time
import unittest

from harness import Scenario, echo, program_and_flags, ringcat_only


class Phrases(Scenario):
    """Each names its level: a script that runs with -d -d sees what it saw with socat."""

    def test_of_a_connection_from_listening_to_the_end(self):
        port, relay = self.listen(to="PIPE", before=["-d", "-d"])
        client = self.connect(port)
        client.shutdown(socket.SHUT_WR)
        relay.ends(0)
        expected = [
            rf" N listening on AF=2 127\.0\.0\.1:{port}\n",
            rf" N accepting connection from AF=2 127\.0\.0\.1:{client.getsockname()[1]}"
            rf" on AF=2 127\.0\.0\.1:{port}\n",
            r" N starting data transfer loop with FDs \[\d+,\d+\] and \[\d+,\d+\]\n",
            r" N socket 1 \(fd \d+\) is at EOF\n",
            r" N exiting with status 0\n",
        ]
        self.assert_in_order(relay.errors, expected)

    def test_of_connecting(self):
        port, _ = self.tcp_server(echo)
        _, relay = self.run_to_end("-d", "-d", "-", f"TCP4:127.0.0.1:{port}", data=b"x")
        self.assert_in_order(relay.errors, [
            rf" N opening connection to AF=2 127\.0\.0\.1:{port}\n",
            r" N successfully connected from local address AF=2 127\.0\.0\.1:\d+\n",
            r" N starting data transfer loop with FDs \[0,1\] and \[(\d+),\1\]\n",
        ])

    def test_of_a_unix_listener(self):
        path = self.directory / "relay.sock"
        relay = self.start("-d", "-d", f"UNIX-LISTEN:{path}", "PIPE")
        relay.log_shows(rf' N listening on AF=1 "{re.escape(str(path))}"\n')
        self.connect_unix(path).close()
        relay.log_shows(r" N accepting connection from AF=1 ")
        relay.ends(0)

    def test_of_a_refused_client(self):
        _, relay = self.listen("range=127.0.0.2/32", to="PIPE", before=["-d"])
        port = int(re.search(r":(\d+),", relay.command[-2]).group(1))
        client = self.connect(port)
        relay.log_shows(rf" W refusing connection from AF=2 127\.0\.0\.1:"
                        rf"{client.getsockname()[1]} due to range option\n")

    def test_of_a_wrong_number_of_parameters(self):
        _, relay = self.run_to_end("-", "TCP:127.0.0.1", status=1)
        self.assertRegex(relay.errors, r" E .*wrong number of parameters \(1 instead of 2\)")

    def test_of_a_port_in_use(self):
        port, _ = self.listen(to="PIPE")
        _, relay = self.run_to_end(f"TCP4-LISTEN:{port},bind=127.0.0.1", "-", status=1)
        self.assertRegex(relay.errors, r" E .*bind.*[Aa]ddress already in use\n")

    def assert_in_order(self, text, patterns):
        position = 0
        for pattern in patterns:
            found = re.compile(pattern).search(text, position)
            self.assertIsNotNone(found, f"{pattern!r} is not (behind what stands before it) in\n"
                                        f"{text}")
            position = found.end()


class Quiet(Scenario):
    def test_without_d_nothing_is_said_of_a_transfer(self):
        _, relay = self.run_to_end("-", "PIPE", data=b"x" * 100_000)
        self.assertEqual(relay.errors, "")

    @ringcat_only
    def test_no_progress_line_where_standard_error_is_no_terminal(self):
        relay = self.start("-", "PIPE", stdin=subprocess.PIPE)
        relay.stdin.write(b"x")
        relay.stdin.flush()
        time.sleep(1.6)
        relay.stdin.close()
        relay.ends(0)
        self.assertEqual(relay.errors, "")


@ringcat_only
class ProgressLine(Scenario):
    def run_on_a_terminal(self, *flags):
        """What a transfer of 1.6 s shows on its terminal."""
        ours, theirs = os.openpty()
        with subprocess.Popen(self.command(*flags), stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, stderr=theirs) as process:
            os.close(theirs)
            process.stdin.write(b"x" * 2048)
            process.stdin.flush()
            time.sleep(1.6)
            process.stdin.close()
            self.assertEqual(process.wait(20), 0)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # the other end is closed: all was read
            pass
        os.close(ours)
        return shown.decode()

    def command(self, *flags):
        return [*program_and_flags(), *flags, "-u", "-", "OPEN:/dev/null"]

    def test_shows_bytes_and_rate_and_is_erased_at_the_end(self):
        shown = self.run_on_a_terminal()
        self.assertRegex(shown, r"^\r\x1b\[K2\.00 KiB  .*B/s")
        self.assertTrue(shown.endswith("\r\x1b[K"), repr(shown))

    def test_is_off_with_no_progress(self):
        self.assertEqual(self.run_on_a_terminal("--no-progress"), "")

    def test_is_off_with_any_d(self):
        self.assertNotIn("\x1b[K", self.run_on_a_terminal("-d"))


@ringcat_only
class Statistics(Scenario):
    def test_are_logged_at_the_end(self):
        _, relay = self.run_to_end("--statistics", "-", "PIPE", data=b"x" * 4321)
        self.assertRegex(relay.errors, r" N STATISTICS: left to right: .*\b4321 bytes")
        self.assertRegex(relay.errors, r" N STATISTICS: right to left: .*\b4321 bytes")

    def test_are_logged_on_sigusr1(self):
        port, relay = self.listen("fork", to="PIPE", before=["--statistics"])
        client = self.connect(port)
        client.sendall(b"x" * 4321)
        self.assertTrue(client.recv(1))
        relay.signal(10)
        relay.log_shows(r" N STATISTICS: ")
        self.assertTrue(relay.is_running())


if __name__ == "__main__":
    unittest.main()
