"""Real servers behind ringcat and their own clients in front: Redis, nginx."""

import os
import random
import shutil
import socket
import subprocess
import time
import unittest

from harness import Scenario, free_port, is_listening, read_all, ringcat_only, sha256, wait_until

SECONDS = 100


class WithServer(Scenario):
    """A case with a server process; it is ended by its own id."""

    def start_server(self, *command):
        server = subprocess.Popen(command, cwd=self.directory, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        return server

    def run_client(self, *command):
        result = subprocess.run(command, cwd=self.directory, capture_output=True, text=True,
                                timeout=SECONDS, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout + result.stderr


@unittest.skipUnless(shutil.which("redis-server"), "redis is not installed")
class Redis(WithServer):
    def test_benchmark_completes_without_an_error(self):
        path = self.directory / "redis.sock"
        self.start_server("redis-server", "--port", "0", "--unixsocket", path, "--save", "")
        wait_until(path.exists, "redis is up")
        port, _ = self.listen("fork", to=f"UNIX-CONNECT:{path}")
        for size, tests in (("3", "set,get,incr,lpush,lrange_100"), ("20000", "set,get")):
            output = self.run_client("redis-benchmark", "-p", str(port), "-n", "10000", "-c", "50",
                                     "-d", size, "-t", tests, "-q")
            self.assertIn("requests per second", output)
            self.assertNotIn("rror", output)


@unittest.skipUnless(shutil.which("nginx") and shutil.which("curl"), "nginx or curl is missing")
class Nginx(WithServer):
    FILES = 500
    ROUNDS = 20
    OPTIONS = ("reuseaddr", "fork", "backlog=128", "keepalive", "nodelay", "range=127.0.0.1/32")

    def setUp(self):
        super().setUp()
        self.backend = free_port()
        self.directory.chmod(0o755)  # its workers are another user
        (self.directory / "root").mkdir()
        (self.directory / "got").mkdir()
        configuration = self.directory / "nginx.conf"
        configuration.write_text(f"""
            daemon off; master_process off; pid nginx.pid; error_log error.log;
            events {{ worker_connections 1024; }}
            http {{ access_log off; keepalive_requests 100;
                    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                    server {{ listen 127.0.0.1:{self.backend}; root root; }} }}""")
        self.start_server("nginx", "-p", self.directory, "-e", "error.log", "-c", configuration)
        wait_until(lambda: is_listening(self.backend), "nginx is up")

    def relay(self, *flags):
        return self.listen(*self.OPTIONS, before=flags,
                           to=f"TCP4:127.0.0.1:{self.backend},connect-timeout=5")

    def make_files(self):
        """Mixed sizes, from nothing to 256 KiB, most of them small. Name → checksum."""
        sums = {}
        for number in range(self.FILES):
            data = os.urandom(int(256 * 1024 * random.random() ** 4))
            (self.directory / "root" / f"{number}").write_bytes(data)
            sums[f"{number}"] = sha256(data)
        return sums

    def test_ten_thousand_bodies_are_correct(self):
        sums = self.make_files()
        port, _ = self.relay()
        urls = self.directory / "urls"
        urls.write_text("".join(f'url = "http://127.0.0.1:{port}/{name}"\noutput = "got/{name}"\n'
                                for name in sums))
        for _ in range(self.ROUNDS):
            self.run_client("curl", "--silent", "--show-error", "--fail", "--parallel",
                            "--parallel-max", "50", "--config", urls)
            got = {path.name: sha256(path.read_bytes())
                   for path in (self.directory / "got").iterdir()}
            self.assertEqual(got, sums)
            for name in sums:
                (self.directory / "got" / name).unlink()

    @unittest.skipUnless(shutil.which("wrk"), "wrk is missing")
    def test_wrk_sees_no_error(self):
        self.make_files()
        port, _ = self.relay()
        output = self.run_client("wrk", "-t", "2", "-c", "100", "-d", "3s",
                                 f"http://127.0.0.1:{port}/1")
        self.assertNotIn("Socket errors", output)
        self.assertNotIn("Non-2xx", output)

    @ringcat_only
    def test_a_stranger_is_refused_and_logged(self):
        port, relay = self.relay("-d")
        stranger = self.connect(port, source="127.0.0.2")
        try:
            self.assertEqual(stranger.recv(10), b"")
        except ConnectionResetError:
            pass
        relay.log_shows(r"refusing connection from AF=2 127\.0\.0\.2:\d+ due to range option")


class DeadBackend(Scenario):
    """Its queue is full, so that it answers no connect(2) at all."""

    CONNECT_TIMEOUT = 1

    def test_is_answered_within_the_connect_timeout(self):
        with socket.socket() as dead:
            dead.bind(("127.0.0.1", 0))
            dead.listen(0)
            fillers = [self.fill(dead.getsockname()) for _ in range(3)]
            port, _ = self.listen(
                "fork", to=f"TCP4:127.0.0.1:{dead.getsockname()[1]},"
                f"connect-timeout={self.CONNECT_TIMEOUT}")
            begin = time.monotonic()
            self.assertEqual(read_all(self.connect(port)), b"")
            elapsed = time.monotonic() - begin
            self.assertGreater(elapsed, self.CONNECT_TIMEOUT * 0.9)
            self.assertLess(elapsed, self.CONNECT_TIMEOUT + 2)
            for filler in fillers:
                filler.close()

    def fill(self, address):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(address)
        return filler


if __name__ == "__main__":
    unittest.main()
