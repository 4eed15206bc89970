"""What every scenario needs: ringcat under test, real peers around it, and a bound on everything.

The program comes from the environment: RINGCAT is its path, RINGCAT_BACKEND (io_uring or epoll) goes
to --backend. With RINGCAT=socat the cases that describe shared behaviour run against socat itself:
that is how they are known to be right.

Processes are ended by their own id, whatever a case does; so is every thread and socket.
"""

import contextlib
import hashlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

PROGRAM = os.environ.get("RINGCAT", "ringcat")
BACKEND = os.environ.get("RINGCAT_BACKEND")
IS_SOCAT = Path(PROGRAM).name == "socat"

PATIENCE = float(os.environ.get("RINGCAT_PATIENCE", "20"))  # seconds that anything here may take at most; sanitizer builds are slow
SANITIZER_REPORT = re.compile(r"(ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:).*")
KILLED_BY_TERM = 143

ringcat_only = unittest.skipIf(IS_SOCAT, "socat does not do this")


def program_and_flags(program=None):
    """The words a command starts with."""
    backend = [f"--backend={BACKEND}"] if BACKEND and not IS_SOCAT else []
    return [program or PROGRAM, *backend]


def free_port():
    """A TCP port nobody listens on, below the range the kernel hands out for connections."""
    while True:
        port = random.randint(10000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def wait_until(condition, what, seconds=PATIENCE):
    """Looks until `condition()` holds; its value. What the kernel does not announce is polled."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)


def is_listening(port):
    """Whether some socket of this host listens on TCP `port`; does not connect to it."""
    state_listen = "0A"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == state_listen and int(fields[1].rsplit(":", 1)[1], 16) == port:
                return True
    return False


def read_all(connection):
    """What the peer sends until its end of file."""
    parts = []
    while part := connection.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


class Running:
    """One process of the program under test. Its standard error goes to a file, read at any time."""

    def __init__(self, case, arguments, program, **popen):
        self._case = case
        self._errors = Path(tempfile.mkstemp(dir=case.directory, suffix=".stderr")[1])
        self.command = [*program_and_flags(program), *map(str, arguments)]
        with self._errors.open("wb") as errors:
            popen.setdefault("stdin", subprocess.DEVNULL)
            popen.setdefault("stdout", subprocess.DEVNULL)
            self._process = subprocess.Popen(self.command, stderr=errors, cwd=case.directory,
                                             **popen)
        self._expected = False
        case.addCleanup(self._clean_up)

    @property
    def pid(self):
        return self._process.pid

    @property
    def stdin(self):
        return self._process.stdin

    @property
    def stdout(self):
        return self._process.stdout

    @property
    def errors(self):
        return self._errors.read_text(errors="replace")

    def is_running(self):
        return self._process.poll() is None

    def log_shows(self, pattern):
        """Waits for a line in the log that `pattern` is found in; the match."""
        return wait_until(lambda: re.search(pattern, self.errors), f"{pattern!r} in the log of "
                          f"{self.command}:\n{self.errors}")

    def signal(self, number):
        self._process.send_signal(number)

    def ends(self, status=0, within=PATIENCE):
        """Waits for the end and checks the exit status (128 + N after signal N)."""
        self._expected = True
        try:
            found = self._process.wait(timeout=within)
        except subprocess.TimeoutExpired:
            self._case.fail(f"still running after {within} s: {self.command}\n{self.errors}")
        found = 128 - found if found < 0 else found
        self._case.assertEqual(found, status, f"{self.command}\n{self.errors}")
        return self

    def _clean_up(self):
        """What is still running is a server: it has to end on SIGTERM."""
        try:
            if self.is_running() and not self._expected:
                self.signal(signal.SIGTERM)
                self.ends(KILLED_BY_TERM)
        finally:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream:
                    with contextlib.suppress(BrokenPipeError):
                        stream.close()
        if report := SANITIZER_REPORT.search(self.errors):
            self._case.fail(f"{self.command}: {report.group()}\n{self.errors}")


class Server:
    """A real peer: accepts on a socket of its own; `serve(connection)` runs in a thread for each."""

    def __init__(self, case, serve, listener):
        self._serve = serve
        self._listener = listener
        self._trouble = []
        self._threads = []
        self._connections = []
        self.accepted = 0
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        case.addCleanup(self._clean_up, case)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed by _clean_up
                return
            self.accepted += 1
            connection.settimeout(PATIENCE)
            self._connections.append(connection)
            thread = threading.Thread(target=self._run, args=(connection,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _run(self, connection):
        try:
            with connection:
                self._serve(connection)
        except Exception as trouble:  # shown by the case that owns the peer
            self._trouble.append(trouble)

    def joined(self, connections=1):
        """Waits until so many connections have come, and for the end of all that have."""
        wait_until(lambda: len(self._threads) >= connections, f"{connections} connections")
        for thread in list(self._threads):
            thread.join(PATIENCE)
        return self

    def _clean_up(self, case):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join(PATIENCE)
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.joined(0)
        case.assertEqual(self._trouble, [], "trouble at a peer")


def echo(connection):
    while data := connection.recv(1 << 16):
        connection.sendall(data)


class Scenario(unittest.TestCase):
    """A case with a directory of its own, in which everything it starts runs."""

    longMessage = True

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ringcat-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    # --- the program under test ---

    def start(self, *arguments, program=None, **popen):
        return Running(self, arguments, program, **popen)

    def run_to_end(self, *arguments, data=b"", status=0, program=None, **popen):
        """Runs with `data` as standard input. What it wrote to standard output, and the process."""
        running = self.start(*arguments, program=program, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, **popen)
        feeder = threading.Thread(target=_feed, args=(running.stdin, data), daemon=True)
        feeder.start()
        watchdog = threading.Timer(PATIENCE, running.signal, [signal.SIGKILL])
        watchdog.start()
        output = running.stdout.read()
        watchdog.cancel()
        running.ends(status)
        feeder.join(PATIENCE)
        return output, running

    def listen(self, *options, to, port=None, before=(), **popen):
        """Starts `TCP4-LISTEN:port,… to` and waits until it listens; the port and the process."""
        port = port or free_port()
        address = ",".join([f"TCP4-LISTEN:{port}", "bind=127.0.0.1", "reuseaddr", *options])
        running = self.start(*before, address, to, **popen)
        wait_until(lambda: is_listening(port) or not running.is_running(), f"listening on {port}")
        self.assertTrue(running.is_running(), running.errors)
        return port, running

    # --- peers ---

    def tcp_server(self, serve):
        """The port of a peer on 127.0.0.1, and the peer."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        return listener.getsockname()[1], Server(self, serve, listener)

    def unix_server(self, serve, name="server.sock"):
        path = self.directory / name
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen(128)
        return path, Server(self, serve, listener)

    def connect(self, port, host="127.0.0.1", source=None):
        connection = socket.create_connection((host, port), timeout=PATIENCE,
                                              source_address=source and (source, 0))
        self.addCleanup(connection.close)
        return connection

    def connect_unix(self, path):
        connection = socket.socket(socket.AF_UNIX)
        self.addCleanup(connection.close)
        connection.settimeout(PATIENCE)
        connection.connect(str(path))
        return connection

    def assert_same_bytes(self, found, expected):
        """Compares lengths and checksums: nobody wants to read 8 MiB of difference."""
        self.assertEqual((len(found), sha256(found)), (len(expected), sha256(expected)))


def _feed(stream, data):
    with contextlib.suppress(BrokenPipeError):
        stream.write(data)
    with contextlib.suppress(BrokenPipeError):
        stream.close()
