"""The command line: flags, errors, -V, -h, explain, log destinations, lock files."""

import os
import re
import signal
import subprocess
import threading
import time
import unittest

from harness import KILLED_BY_TERM, PROGRAM, Scenario, program_and_flags, ringcat_only, wait_until


class CommandLine(Scenario):
    def fails(self, *arguments):
        """The log of a run that has to fail with status 1 and without output."""
        output, running = self.run_to_end(*arguments, status=1)
        self.assertEqual(output, b"")
        return running.errors

    @ringcat_only
    def test_without_arguments_shows_a_short_usage_with_three_examples(self):
        result = subprocess.run([PROGRAM], capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertTrue(result.stderr.startswith("usage: ringcat [options] ADDRESS ADDRESS"))
        examples = re.findall(r"^  ringcat ", result.stderr, re.MULTILINE)
        self.assertEqual(len(examples), 3, result.stderr)

    @ringcat_only
    def test_says_that_a_standard_stream_is_closed(self):
        """Nothing of ours may come to stand where it was."""
        for redirection, name in (("<&-", "stdin"), (">&-", "stdout")):
            shell = ["sh", "-c", f'exec "$@" {redirection}', "sh"]
            result = subprocess.run([*shell, *program_and_flags(), "-", "PIPE"], input=b"x",
                                    capture_output=True, timeout=20, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertIn(f" E -: {name}: Bad file descriptor\n", result.stderr.decode())

    def test_counts_the_addresses_as_socat_does(self):
        self.assertIn(' E exactly 2 addresses required (there are 1); use option "-h" for help\n',
                      self.fails("-"))
        self.assertIn(' E exactly 2 addresses required (there are 3); use option "-h" for help\n',
                      self.fails("-", "-", "-"))

    def test_refuses_an_unknown_flag(self):
        self.assertIn(' E unknown option "-z"; use option "-h" for help\n',
                      self.fails("-z", "-", "-"))
        self.assertIn(' E unknown log option "-lz"; use option "-h" for help\n',
                      self.fails("-lz", "-", "-"))

    @ringcat_only
    def test_names_the_flag_that_was_meant(self):
        self.assertIn('unknown option "--thread=2"; did you mean --threads?',
                      self.fails("--thread=2", "-", "-"))

    @ringcat_only
    def test_says_which_flags_come_later(self):
        for flag in (["-v"], ["-x"], ["-r", "file"], ["-R", "file"]):
            self.assertRegex(self.fails(*flag, "-", "-"),
                             f" E option {flag[0]} .* is not in this version\n")

    def test_refuses_merged_letters(self):
        self.assertIn("not merge single character options", self.fails("-uv", "-", "-"))

    def test_refuses_both_directions_at_once(self):
        self.assertIn("-U and -u must not be combined", self.fails("-u", "-U", "-", "-"))

    def test_wants_the_argument_of_a_flag(self):
        self.assertIn(' E option -t requires an argument; use option "-h" for help\n',
                      self.fails("-t"))

    def test_refuses_what_is_no_number(self):
        for flag in ("-t", "-T", "-b"):
            self.assertRegex(self.fails(flag + "1x", "-", "-"), f" E .*{flag}")
            self.assertRegex(self.fails(flag, "abc", "-", "-"), f" E .*{flag}")

    def test_refuses_an_unknown_address(self):
        self.assertIn(' E unknown device/address "NONESUCH"', self.fails("-", "NONESUCH:1"))

    @ringcat_only
    def test_points_at_what_is_wrong_and_names_what_was_meant(self):
        lines = self.fails("-", "TCP4:127.0.0.1:80,nodelai").splitlines()
        self.assertIn("nodelai", lines[0])
        self.assertIn('did you mean "nodelay"?', lines[0])
        self.assertEqual(lines[1].strip(), "TCP4:127.0.0.1:80,nodelai")
        self.assertEqual(lines[2].index("^"), lines[1].index("nodelai"))
        self.assertEqual(lines[2].strip(), "^" + "~" * (len("nodelai") - 1))

    @ringcat_only
    def test_says_which_addresses_come_later(self):
        self.assertIn("not in this version", self.fails("-", "SCTP:127.0.0.1:1"))

    def test_refuses_an_option_of_another_group(self):
        self.assertRegex(self.fails("-", "PIPE,nodelay"),
                         ' E .*option "nodelay" not supported with this address type')

    def test_reads_d_in_all_its_forms(self):
        for flags, letters in ((["-d"], "W"), (["-dd"], "WN"), (["-d", "-d"], "WN"),
                               (["-ddd"], "WNI"), ([], "")):
            with self.subTest(flags=flags):
                _, running = self.run_to_end(*flags, "-", "/dev/null")
                shown = {line.split()[3] for line in running.errors.splitlines()}
                self.assertLessEqual(shown, set(letters))
                self.assertEqual("N" in shown, "N" in letters, running.errors)

    @ringcat_only
    def test_reads_d_with_a_digit_as_socat_1_8_does(self):
        for flag, shows in (("-d0", False), ("-d1", False), ("-d2", True), ("-d4", True)):
            _, running = self.run_to_end(flag, "-", "/dev/null")
            self.assertEqual(" N " in running.errors, shows, flag)


class Help(Scenario):
    def test_goes_to_standard_output_with_status_0(self):
        for flag in ("-h", "-?", "-hh", "-hhh", "-???"):
            output, running = self.run_to_end(flag)
            self.assertIn(b"-lf", output, flag)
            self.assertIn(b"tcp4-listen", output.lower(), flag)
            self.assertEqual(running.errors, "")

    def test_lists_options_from_hh_on(self):
        self.assertNotIn(b"keepalive", self.run_to_end("-h")[0])
        self.assertIn(b"keepalive", self.run_to_end("-hh")[0])
        self.assertIn(b"so-keepalive", self.run_to_end("-hhh")[0])

    @ringcat_only
    def test_marks_what_is_not_in_this_version(self):
        output = self.run_to_end("-h")[0].decode()
        self.assertRegex(output, r"(?m)^ +\*sctp-connect:")
        self.assertRegex(output, r"(?m)^ +tcp4-listen:")


class Version(Scenario):
    def test_is_on_the_second_line(self):
        output, _ = self.run_to_end("-V")
        self.assertRegex(output.decode().splitlines()[1], r"^\w+ version \d+\.\d+\.\d+")

    def test_lists_the_parts(self):
        output, _ = self.run_to_end("-V")
        for part in ("STDIO", "TCP", "UNIX", "LISTEN", "GOPEN", "PIPE", "IP6"):
            self.assertIn(f"#define WITH_{part} 1\n", output.decode())

    @ringcat_only
    def test_names_backend_kernel_and_liburing(self):
        output = self.run_to_end("-V")[0].decode()
        self.assertRegex(output, r"(?m)^   backend (io_uring|epoll): \S+")
        self.assertIn(os.uname().release, output)
        self.assertRegex(output, r"(?m)^   liburing 2\.\d+")


@ringcat_only
class CalledAsSocat(Scenario):
    def test_carries_that_name_in_its_log_and_version(self):
        link = self.directory / "socat"
        link.symlink_to(os.path.abspath(PROGRAM))
        _, running = self.run_to_end("-", "NONESUCH", program=str(link), status=1)
        self.assertIn(f" socat[{running.pid}] E unknown device/address", running.errors)
        output, _ = self.run_to_end("-V", program=str(link))
        self.assertTrue(output.decode().splitlines()[1].startswith("socat version "))


@ringcat_only
class Explain(Scenario):
    def explain(self, *addresses):
        result = subprocess.run([PROGRAM, "explain", *addresses], capture_output=True, text=True,
                                timeout=20, check=False)
        return result.returncode, result.stdout, result.stderr

    def test_shows_how_two_addresses_are_understood(self):
        status, output, errors = self.explain("tcp-l:8080,fork,reuseaddr", "TCP4:localhost:80")
        self.assertEqual((status, errors), (0, ""))
        for word in ("tcp-listen", "8080", "fork", "reuseaddr", "tcp4-connect", "localhost"):
            self.assertIn(word, output.lower())

    def test_points_at_an_error(self):
        status, _, errors = self.explain("TCP-LISTEN:8080,forc", "-")
        self.assertEqual(status, 1)
        self.assertIn('did you mean "fork"?', errors)
        self.assertIn("^~~~", errors)


class LogDestination(Scenario):
    LINE = r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d %s\[\d+\] N exiting with status 0$"

    def test_has_the_line_format_of_socat(self):
        name = os.path.basename(PROGRAM)
        _, running = self.run_to_end("-d", "-d", "-", "/dev/null")
        self.assertRegex(running.errors, "(?m)" + self.LINE % name)

    def test_may_be_a_file_that_is_appended_to(self):
        log = self.directory / "log"
        log.write_text("before\n")
        _, running = self.run_to_end("-d", "-d", f"-lf{log}", "-lpwatch", "-", "/dev/null")
        self.assertEqual(running.errors, "")
        self.assertTrue(log.read_text().startswith("before\n"))
        self.assertRegex(log.read_text(), "(?m)" + self.LINE % "watch")

    def test_takes_file_and_name_as_words_of_their_own(self):
        log = self.directory / "log"
        self.run_to_end("-d", "-d", "-lf", log, "-lp", "watch", "-", "/dev/null")
        self.assertRegex(log.read_text(), "(?m)" + self.LINE % "watch")

    def test_may_show_microseconds_and_the_host(self):
        environment = dict(os.environ, HOSTNAME="myhost")
        _, running = self.run_to_end("-lu", "-lh", "-", "NONESUCH", status=1, env=environment)
        self.assertRegex(running.errors, r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} myhost \w+\[")

    def test_refuses_an_unknown_facility(self):
        _, running = self.run_to_end("-lynonesuch", "-", "-", status=1)
        self.assertIn(' E unknown syslog facility "nonesuch"\n', running.errors)


class LockFile(Scenario):
    def setUp(self):
        super().setUp()
        self.path = self.directory / "lock"

    def test_holds_the_process_id_and_is_removed_at_the_end(self):
        running = self.start("-L", self.path, "-", "/dev/null", stdin=subprocess.PIPE)
        wait_until(self.path.exists, "the lock file")
        self.assertEqual(self.path.read_text(), str(running.pid))
        running.stdin.close()
        running.ends(0)
        self.assertFalse(self.path.exists())

    def test_is_removed_after_a_signal(self):
        running = self.start(f"-L{self.path}", "-", "/dev/null", stdin=subprocess.PIPE)
        wait_until(self.path.exists, "the lock file")
        running.signal(signal.SIGTERM)
        running.ends(KILLED_BY_TERM)
        self.assertFalse(self.path.exists())

    def test_of_another_is_an_error_with_L(self):
        self.path.write_text("1")
        _, running = self.run_to_end("-L", self.path, "-", "/dev/null", status=1)
        self.assertIn(f' E could not obtain lock "{self.path}"', running.errors)
        self.assertEqual(self.path.read_text(), "1")

    def test_of_another_is_waited_for_with_W(self):
        self.path.write_text("1")
        threading.Timer(0.5, self.path.unlink).start()
        begin = time.monotonic()
        _, running = self.run_to_end("-d", "-d", "-W", self.path, "-", "/dev/null")
        self.assertGreater(time.monotonic() - begin, 0.4)
        self.assertIn(f' N waiting for lock "{self.path}"\n', running.errors)
        self.assertFalse(self.path.exists())


class Descriptors(Scenario):
    def test_are_listed_before_the_transfer_with_D(self):
        _, running = self.run_to_end("-d", "-d", "-D", "-", "/dev/null")
        table = running.errors.index("  FD  type\t")
        self.assertLess(table, running.errors.index("starting data transfer loop"))
        self.assertRegex(running.errors, r"(?m)^   0: pipe\t")
        self.assertRegex(running.errors, r"(?m)^ +\d+: chrdev\t")


if __name__ == "__main__":
    unittest.main()
