"""8 MiB of random bytes each way at the same time, compared by SHA-256 at both ends."""

import os
import socket
import subprocess
import threading
import time
import unittest

from harness import Scenario, read_all, ringcat_only

SIZE = 8 << 20


class Sender(threading.Thread):
    """Sends `data`, then the end of file, while the case receives."""

    def __init__(self, connection, data):
        super().__init__(daemon=True)
        self._connection = connection
        self._data = data
        self.start()

    def run(self):
        self._connection.sendall(self._data)
        self._connection.shutdown(socket.SHUT_WR)


class Bulk(Scenario):
    def setUp(self):
        super().setUp()
        self.request = os.urandom(SIZE)
        self.answer = os.urandom(SIZE)
        self.received = []

    def talk(self, peer):
        """The peer's part: both directions at once."""
        sender = Sender(peer, self.answer)
        self.received.append(read_all(peer))
        sender.join()

    def exchange(self, client, server):
        sender = Sender(client, self.request)
        answer = read_all(client)
        sender.join(20)
        server.joined()
        self.assert_same_bytes(answer, self.answer)
        self.assert_same_bytes(self.received[0], self.request)

    def test_tcp_to_tcp(self):
        backend, server = self.tcp_server(self.talk)
        port, relay = self.listen(to=f"TCP4:127.0.0.1:{backend}", before=["-t", "10"])
        self.exchange(self.connect(port), server)
        relay.ends(0)

    @ringcat_only
    def test_tcp_to_tcp_on_each_lane(self):
        for lane in ("adaptive", "copy", "splice"):
            with self.subTest(lane=lane):
                self.received.clear()
                backend, server = self.tcp_server(self.talk)
                port, relay = self.listen(to=f"TCP4:127.0.0.1:{backend}",
                                          before=["-t", "10", f"--lane={lane}"])
                self.exchange(self.connect(port), server)
                relay.ends(0)

    def test_tcp_to_tcp_in_small_blocks(self):
        backend, server = self.tcp_server(self.talk)
        port, relay = self.listen(to=f"TCP4:127.0.0.1:{backend}", before=["-t", "10", "-b", "1000"])
        self.exchange(self.connect(port), server)
        relay.ends(0)

    def test_tcp_to_unix(self):
        path, server = self.unix_server(self.talk)
        port, relay = self.listen(to=f"UNIX-CONNECT:{path}", before=["-t", "10"])
        self.exchange(self.connect(port), server)
        relay.ends(0)

    def test_unix_to_tcp(self):
        backend, server = self.tcp_server(self.talk)
        path = self.directory / "relay.sock"
        relay = self.start("-d", "-d", "-t", "10", f"UNIX-LISTEN:{path}",
                           f"TCP4:127.0.0.1:{backend}")
        relay.log_shows("listening on ")
        self.exchange(self.connect_unix(path), server)
        relay.ends(0)

    def test_standard_streams_to_tcp(self):
        backend, server = self.tcp_server(self.talk)
        output, _ = self.run_to_end("-t", "10", "-", f"TCP4:127.0.0.1:{backend}",
                                    data=self.request)
        server.joined()
        self.assert_same_bytes(output, self.answer)
        self.assert_same_bytes(self.received[0], self.request)

    def test_file_to_file_over_tcp(self):
        source, target = self.directory / "source", self.directory / "target"
        source.write_bytes(self.request)
        port, receiver = self.listen(to=f"CREATE:{target}", before=["-u"])
        sender = self.start("-u", f"OPEN:{source}", f"TCP4:127.0.0.1:{port}")
        sender.ends(0)
        receiver.ends(0)
        self.assert_same_bytes(target.read_bytes(), self.request)

    def test_a_slow_reader_gets_everything(self):
        """Backpressure: the relay holds little, and loses nothing while the reader sleeps."""
        backend, server = self.tcp_server(self.talk)
        port, relay = self.listen(to=f"TCP4:127.0.0.1:{backend}", before=["-t", "10"])
        client = self.connect(port)
        time.sleep(1)
        self.exchange(client, server)
        relay.ends(0)

    def test_standard_output_may_be_a_file(self):
        target = self.directory / "target"
        with target.open("wb") as file:
            relay = self.start("-u", "-", "-", stdin=subprocess.PIPE, stdout=file)
            relay.stdin.write(self.request)
            relay.stdin.close()
            relay.ends(0)
        self.assert_same_bytes(target.read_bytes(), self.request)


if __name__ == "__main__":
    unittest.main()
