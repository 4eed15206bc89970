"""Ends: half-close, -t, -T, -u and -U, and the exit status of each."""

import os
import signal
import socket
import struct
import subprocess
import time
import unittest

from harness import Scenario, free_port, read_all, ringcat_only


class HalfClose(Scenario):
    def test_reaches_the_peer_after_the_last_byte(self):
        received = []
        port, server = self.tcp_server(lambda peer: received.append(read_all(peer)))
        self.run_to_end("-", f"TCP4:127.0.0.1:{port}", data=b"x" * 100_000)
        server.joined()
        self.assertEqual(received, [b"x" * 100_000])

    def test_leaves_the_answer_its_way_back(self):
        def answer_after_end_of_file(peer):
            read_all(peer)
            time.sleep(0.3)
            peer.sendall(b"late answer")

        port, _ = self.tcp_server(answer_after_end_of_file)
        output, _ = self.run_to_end("-t", 2, "-", f"TCP4:127.0.0.1:{port}", data=b"question")
        self.assertEqual(output, b"late answer")

    def test_of_the_server_reaches_a_client_that_still_sends(self):
        received = []

        def greet_then_listen(peer):
            peer.sendall(b"greeting")
            peer.shutdown(socket.SHUT_WR)
            received.append(read_all(peer))

        backend, server = self.tcp_server(greet_then_listen)
        port, relay = self.listen(to=f"TCP4:127.0.0.1:{backend}", before=["-t", "5"])
        client = self.connect(port)
        self.assertEqual(read_all(client), b"greeting")
        client.sendall(b"still sending")
        client.shutdown(socket.SHUT_WR)
        relay.ends(0)
        server.joined()
        self.assertEqual(received, [b"still sending"])

    @ringcat_only
    def test_waits_for_a_late_answer_in_a_served_session_without_t(self):
        def answer_late(peer):
            read_all(peer)
            time.sleep(1.2)
            peer.sendall(b"late answer")

        backend, _ = self.tcp_server(answer_late)
        port, _ = self.listen("fork", to=f"TCP4:127.0.0.1:{backend}")
        client = self.connect(port)
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(read_all(client), b"late answer")


class HalfCloseTimeout(Scenario):
    def test_is_armed_anew_by_each_transfer(self):
        """A peer that drips every 0.3 s is heard to the end with the 0.5 s of the default."""
        def drip(peer):
            read_all(peer)
            for number in range(5):
                peer.sendall(b"%d" % number)
                time.sleep(0.3)

        port, _ = self.tcp_server(drip)
        output, _ = self.run_to_end("-", f"TCP4:127.0.0.1:{port}", data=b"go")
        self.assertEqual(output, b"01234")

    def test_ends_a_one_shot_with_status_0(self):
        port, _ = self.tcp_server(lambda peer: time.sleep(1.5))
        begin = time.monotonic()
        self.run_to_end("-t", "0.2", "-", f"TCP4:127.0.0.1:{port}", data=b"question")
        self.assertLess(time.monotonic() - begin, 1.2)

    def test_may_be_attached_to_the_flag(self):
        port, _ = self.tcp_server(lambda peer: time.sleep(1.5))
        begin = time.monotonic()
        self.run_to_end("-t0.2", "-", f"TCP4:127.0.0.1:{port}", data=b"question")
        self.assertLess(time.monotonic() - begin, 1.2)


class InactivityTimeout(Scenario):
    def test_ends_an_idle_transfer_with_status_0_and_says_so(self):
        port, _ = self.tcp_server(lambda peer: peer.recv(1))
        relay = self.start("-d", "-d", "-T", "0.3", "-", f"TCP4:127.0.0.1:{port}",
                           stdin=subprocess.PIPE)
        relay.ends(0)
        self.assertIn(" N inactivity timeout triggered\n", relay.errors)

    def test_does_not_count_while_listening(self):
        port, relay = self.listen(to="PIPE", before=["-T", "0.2"])
        time.sleep(0.6)
        client = self.connect(port)
        client.sendall(b"in time")
        self.assertEqual(client.recv(100), b"in time")
        relay.ends(0)

    def test_is_put_off_by_traffic(self):
        port, relay = self.listen(to="PIPE", before=["-T", "0.5"])
        client = self.connect(port)
        for _ in range(5):
            client.sendall(b"beat")
            self.assertEqual(client.recv(100), b"beat")
            time.sleep(0.25)
        relay.ends(0)


class OneDirection(Scenario):
    def test_u_moves_from_left_to_right_only(self):
        answers = []

        def talk(peer):
            peer.sendall(b"not wanted")
            answers.append(read_all(peer))

        port, server = self.tcp_server(talk)
        output, _ = self.run_to_end("-u", "-", f"TCP4:127.0.0.1:{port}", data=b"wanted")
        server.joined()
        self.assertEqual((output, answers), (b"", [b"wanted"]))

    def test_U_moves_from_right_to_left_only(self):
        port, _ = self.tcp_server(lambda peer: peer.sendall(b"answer"))
        output, _ = self.run_to_end("-U", "-", f"TCP4:127.0.0.1:{port}", data=b"question")
        self.assertEqual(output, b"answer")

    def test_u_ends_as_soon_as_all_is_delivered(self):
        port, _ = self.tcp_server(lambda peer: (read_all(peer), time.sleep(3)))
        begin = time.monotonic()
        self.run_to_end("-u", "-t", "3", "-", f"TCP4:127.0.0.1:{port}", data=b"x")
        self.assertLess(time.monotonic() - begin, 2)

    def test_u_delivers_all_of_a_pipe(self):
        data = os.urandom(3_000_000)
        output, _ = self.run_to_end("-u", "STDIN", "STDOUT", data=data)
        self.assert_same_bytes(output, data)


class ExitStatus(Scenario):
    def test_of_a_refused_connection_is_1(self):
        _, relay = self.run_to_end("-", "TCP4:127.0.0.1:1", status=1)
        self.assertRegex(relay.errors, r" E .*Connection refused\n")

    def test_of_accept_timeout_is_0(self):
        relay = self.start(f"TCP4-LISTEN:{free_port()},bind=127.0.0.1,accept-timeout=0.3", "-")
        relay.ends(0)

    def test_of_a_signal_is_128_and_its_number(self):
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                _, relay = self.listen(to="-", before=["-d", "-d"])
                relay.signal(number)
                relay.ends(128 + number)
                self.assertIn(f"exiting on signal {number.value}\n", relay.errors)

    def test_of_a_peer_that_resets_is_0_with_a_warning(self):
        def reset(peer):
            peer.recv(1)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        port, _ = self.tcp_server(reset)
        relay = self.start("-d", "-", f"TCP4:127.0.0.1:{port}", stdin=subprocess.PIPE)
        relay.stdin.write(b"x")
        relay.stdin.flush()
        relay.ends(0)
        self.assertRegex(relay.errors, r" W .*Connection reset by peer\n")


if __name__ == "__main__":
    unittest.main()
