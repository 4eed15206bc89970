"""Addresses besides TCP: standard streams, files, pipes, descriptors, Unix sockets, A!!B."""

import os
import signal
import socket
import stat
import subprocess
import threading
import time
import unittest

from harness import (KILLED_BY_TERM, PATIENCE, Scenario, echo, program_and_flags, read_all,
                     ringcat_only, wait_until)


class Files(Scenario):
    def setUp(self):
        super().setUp()
        self.path = self.directory / "file"

    def test_open_reads_from_the_start_and_ends_at_the_end(self):
        self.path.write_bytes(b"content\n" * 10_000)
        output, _ = self.run_to_end("-u", f"OPEN:{self.path}", "-")
        self.assert_same_bytes(output, b"content\n" * 10_000)

    def test_open_reads_from_seek_on(self):
        self.path.write_bytes(b"0123456789")
        output, _ = self.run_to_end("-u", f"OPEN:{self.path},seek=4", "-")
        self.assertEqual(output, b"456789")

    def test_open_reads_from_seek_end_backwards(self):
        self.path.write_bytes(b"0123456789")
        output, _ = self.run_to_end("-u", f"OPEN:{self.path},seek-end=-3", "-")
        self.assertEqual(output, b"789")

    def test_open_reads_no_more_than_readbytes(self):
        self.path.write_bytes(b"0123456789")
        output, _ = self.run_to_end("-u", f"OPEN:{self.path},readbytes=6", "-")
        self.assertEqual(output, b"012345")

    def test_open_with_append_keeps_what_is_there(self):
        self.path.write_bytes(b"first ")
        self.run_to_end("-u", "-", f"OPEN:{self.path},append", data=b"second")
        self.assertEqual(self.path.read_bytes(), b"first second")

    def test_open_with_creat_makes_the_file_with_its_mode(self):
        self.run_to_end("-u", "-", f"OPEN:{self.path},creat,mode=0640", data=b"new")
        self.assertEqual(self.path.read_bytes(), b"new")
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o640)

    def test_open_without_creat_does_not_make_the_file(self):
        _, running = self.run_to_end("-u", "-", f"OPEN:{self.path}", status=1)
        self.assertRegex(running.errors, r" E .*No such file or directory\n")
        self.assertFalse(self.path.exists())

    def test_open_with_trunc_empties_the_file(self):
        self.path.write_bytes(b"long content")
        self.run_to_end("-u", "-", f"OPEN:{self.path},trunc", data=b"new")
        self.assertEqual(self.path.read_bytes(), b"new")

    def test_create_empties_the_file(self):
        self.path.write_bytes(b"long content")
        self.run_to_end("-u", "-", f"CREATE:{self.path}", data=b"new")
        self.assertEqual(self.path.read_bytes(), b"new")

    def test_a_bare_path_appends_to_a_file(self):
        self.path.write_bytes(b"first ")
        self.run_to_end("-u", "-", self.path, data=b"second")
        self.assertEqual(self.path.read_bytes(), b"first second")

    def test_a_bare_path_makes_a_new_file(self):
        self.run_to_end("-u", "-", self.path, data=b"new")
        self.assertEqual(self.path.read_bytes(), b"new")

    def test_ignoreeof_goes_on_with_what_is_appended(self):
        self.path.write_bytes(b"first ")
        running = self.start("-u", f"OPEN:{self.path},ignoreeof", "-", stdout=subprocess.PIPE)
        self.assertEqual(os.read(running.stdout.fileno(), 100), b"first ")
        with self.path.open("ab") as file:
            file.write(b"second")
        self.assertEqual(os.read(running.stdout.fileno(), 100), b"second")


class FullFile(Scenario):
    def test_is_an_error_of_the_write_when_a_stream_meets_it(self):
        script = 'ulimit -f 2048; trap "" XFSZ; exec "$@"'
        command = ["sh", "-c", script, "sh", *program_and_flags(), "-u", "-", "CREATE:full"]
        result = subprocess.run(command, input=b"x" * 10_000_000, capture_output=True, timeout=20,
                                cwd=self.directory, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr.decode(), r" E write\(.*\): File too large\n")


class Pipes(Scenario):
    def test_pipe_without_a_name_echoes(self):
        output, _ = self.run_to_end("-", "PIPE", data=b"echo me")
        self.assertEqual(output, b"echo me")

    def test_echo_and_fifo_are_other_names_for_it(self):
        for name in ("ECHO", "fifo"):
            self.assertEqual(self.run_to_end("-", name, data=b"x")[0], b"x")

    def test_pipe_with_a_name_makes_a_fifo_and_removes_it(self):
        path = self.directory / "fifo"
        running = self.start("-u", f"PIPE:{path}", "-", stdout=subprocess.PIPE)
        wait_until(path.exists, "the FIFO")
        self.assertTrue(stat.S_ISFIFO(path.stat().st_mode))
        with path.open("wb") as fifo:
            fifo.write(b"through the FIFO")
        self.assertEqual(running.stdout.read(), b"through the FIFO")
        running.ends(0)
        self.assertFalse(path.exists())

    def test_pipe_removes_its_fifo_after_a_signal_that_comes_before_its_peer(self):
        path = self.directory / "fifo"
        running = self.start("-u", f"PIPE:{path}", "-")
        wait_until(path.exists, "the FIFO")
        running.signal(signal.SIGTERM)
        running.ends(KILLED_BY_TERM)
        self.assertFalse(path.exists())

    def test_pipe_leaves_a_fifo_that_was_there_where_it_is(self):
        path = self.directory / "fifo"
        os.mkfifo(path)
        running = self.start("-u", f"PIPE:{path}", "-", stdout=subprocess.PIPE)
        with path.open("wb") as fifo:
            fifo.write(b"through the FIFO")
        self.assertEqual(running.stdout.read(), b"through the FIFO")
        running.ends(0)
        self.assertTrue(path.exists())

    def test_open_reads_an_existing_fifo_to_its_end(self):
        path = self.directory / "fifo"
        os.mkfifo(path)
        running = self.start("-u", f"OPEN:{path}", "-", stdout=subprocess.PIPE)
        with path.open("wb") as fifo:
            fifo.write(b"through the FIFO")
        self.assertEqual(running.stdout.read(), b"through the FIFO")
        running.ends(0)


class Descriptors(Scenario):
    def test_fd_takes_what_was_inherited(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            running = self.start(f"FD:{theirs.fileno()}", "PIPE", pass_fds=[theirs.fileno()])
            theirs.close()
            ours.settimeout(PATIENCE)
            ours.sendall(b"over a descriptor")
            self.assertEqual(ours.recv(100), b"over a descriptor")
            ours.close()
            running.ends(0)

    @ringcat_only  # socat takes one digit
    def test_a_bare_number_is_a_descriptor(self):
        reader, writer = os.pipe()
        output, _ = self.run_to_end("-u", "-", str(writer), data=b"down the pipe",
                                    pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            self.assertEqual((output, pipe.read()), (b"", b"down the pipe"))

    def test_that_is_not_open_is_an_error(self):
        _, running = self.run_to_end("-u", "-", "FD:77", status=1)
        self.assertRegex(running.errors, r" E .*77.*Bad file descriptor")

    def test_dual_address_reads_from_one_and_writes_to_the_other(self):
        source, target = self.directory / "source", self.directory / "target"
        source.write_bytes(b"from the source")
        target.write_bytes(b"")
        self.run_to_end(f"OPEN:{source},rdonly!!OPEN:{target},wronly", "PIPE")
        self.assertEqual(target.read_bytes(), b"from the source")


class FailingOption(Scenario):
    """A segment size of 1 byte: no kernel takes it."""

    def test_is_an_error(self):
        port, _ = self.tcp_server(echo)
        _, running = self.run_to_end("-", f"TCP4:127.0.0.1:{port},mss=1", status=1)
        self.assertRegex(running.errors, r" E .*Invalid argument\n")

    def test_is_logged_and_left_out_with_s(self):
        port, _ = self.tcp_server(echo)
        output, running = self.run_to_end("-s", "-", f"TCP4:127.0.0.1:{port},mss=1", data=b"x")
        self.assertEqual(output, b"x")
        self.assertRegex(running.errors, r" E .*Invalid argument\n")


class UnixSockets(Scenario):
    def setUp(self):
        super().setUp()
        self.path = self.directory / "relay.sock"

    def listen_unix(self, *options, to="PIPE"):
        running = self.start("-d", "-d", ",".join([f"UNIX-LISTEN:{self.path}", *options]), to)
        running.log_shows("listening on AF=1 ")
        return running

    def test_connect_talks_to_a_server(self):
        path, _ = self.unix_server(echo)
        output, _ = self.run_to_end("-", f"UNIX-CONNECT:{path}", data=b"echo me")
        self.assertEqual(output, b"echo me")

    def test_a_bare_path_connects(self):
        path, _ = self.unix_server(echo)
        output, _ = self.run_to_end("-", path, data=b"echo me")
        self.assertEqual(output, b"echo me")

    def test_listen_serves_and_removes_its_name(self):
        running = self.listen_unix()
        client = self.connect_unix(self.path)
        client.sendall(b"echo me")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(read_all(client), b"echo me")
        running.ends(0)
        self.assertFalse(self.path.exists())

    def test_listen_gives_the_name_its_mode(self):
        self.listen_unix("mode=0600")
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)

    @ringcat_only
    def test_listen_takes_over_a_stale_name(self):
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(str(self.path))
        stale.close()
        running = self.listen_unix()
        client = self.connect_unix(self.path)
        client.sendall(b"x")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(read_all(client), b"x")
        running.ends(0)

    def test_listen_leaves_a_living_server_alone(self):
        path, _ = self.unix_server(echo, "relay.sock")
        _, running = self.run_to_end(f"UNIX-LISTEN:{path}", "-", status=1)
        self.assertRegex(running.errors, r" E .*(exists|in use)")
        client = self.connect_unix(path)
        client.sendall(b"still here")
        self.assertEqual(client.recv(100), b"still here")

    def test_listen_leaves_a_file_of_that_name_alone(self):
        self.path.write_text("a file")
        self.run_to_end(f"UNIX-LISTEN:{self.path}", "-", status=1)
        self.assertEqual(self.path.read_text(), "a file")

    def test_unlink_early_takes_the_name_whatever_it_is(self):
        self.path.write_text("a file")
        running = self.listen_unix("unlink-early")
        self.connect_unix(self.path).close()
        running.ends(0)

    def test_abstract_names_are_not_in_the_file_system(self):
        name = f"ringcat-{os.getpid()}-{time.monotonic_ns()}"
        running = self.start("-d", "-d", f"ABSTRACT-LISTEN:{name}", "PIPE")
        running.log_shows("listening on ")
        output, _ = self.run_to_end("-", f"ABSTRACT-CONNECT:{name}", data=b"no file")
        self.assertEqual(output, b"no file")
        running.ends(0)

    def test_retry_waits_for_a_server_that_comes_late(self):
        def serve_later():
            time.sleep(0.5)
            self.unix_server(echo, "late.sock")

        threading.Thread(target=serve_later).start()
        output, _ = self.run_to_end(
            "-", f"UNIX-CONNECT:{self.directory}/late.sock,retry=50,interval=0.1", data=b"x")
        self.assertEqual(output, b"x")


if __name__ == "__main__":
    unittest.main()
