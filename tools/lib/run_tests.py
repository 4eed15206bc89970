"""Runs every test and prints `N passed, N failed, N skipped` as its last line (see tools/test).

Every step has a limit, and so has the whole run: nothing here waits for ever.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from test_results import FAILED, PASSED, SKIPPED, Case, read_log

ROOT = Path(__file__).resolve().parents[2]

# variant → (build directory, meson test setup, minutes that a run needs at least)
VARIANTS = {
    "release": ("build", None, 1),
    "asan": ("build-asan", "asan", 5),
    "tsan": ("build-tsan", "tsan", 8),
}
SANITIZERS = {"address": "asan", "thread": "tsan"}


class Deadline:
    """The time that is left for the whole run."""

    def __init__(self, minutes):
        self._end = time.monotonic() + minutes * 60

    def seconds_left(self):
        return max(0.0, self._end - time.monotonic())


def run_bounded(command, seconds):
    """Runs `command` in a process group of its own. Its exit status, or None when it was ended
    because its time was up."""
    print(f"+ {' '.join(map(str, command))}", flush=True)
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as process:
        try:
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end_group(process)


def _end_group(process):
    """Ends what is left of a process group we started, politely first: meson then ends its tests."""
    for sign, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        if process.poll() is not None:
            return
        os.killpg(process.pid, sign)
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            continue


def run_variant(variant, deadline):
    """Builds one variant and runs the unit tests and the scenarios with it."""
    directory, setup, minutes = VARIANTS[variant]
    if deadline.seconds_left() < minutes * 60:
        return [Case(variant, "", SKIPPED, f"less than {minutes} minutes left for it")]
    status = run_bounded(["tools/build", variant], deadline.seconds_left())
    if status != 0:
        return [Case(variant, "build", FAILED, _status_text(status))]

    log = ROOT / directory / "meson-logs" / f"testlog{'-' + setup if setup else ''}.json"
    log.unlink(missing_ok=True)
    command = ["meson", "test", "-C", directory, "--no-rebuild", "--print-errorlogs"]
    command += ["--setup", setup] if setup else []
    status = run_bounded(command, deadline.seconds_left())
    cases = read_log(log) if log.exists() else []
    for case in cases:
        case.suite = f"{variant}: {case.suite}"
    if status is None or not cases or (status and all(case.outcome != FAILED for case in cases)):
        cases.append(Case(variant, "meson test", FAILED, _status_text(status)))
    return cases


def run_checks(deadline):
    """The style checks; each line `ok NAME`, `failed NAME` or `skipped NAME: why` is a case."""
    try:
        result = subprocess.run(["tools/check"], cwd=ROOT, text=True, check=False,
                                stdout=subprocess.PIPE, timeout=deadline.seconds_left())
    except subprocess.TimeoutExpired:
        return [Case("check", "", FAILED, _status_text(None))]
    print(result.stdout, end="", flush=True)
    cases = []
    for line in result.stdout.splitlines():
        verdict, _, rest = line.partition(" ")
        name, _, reason = rest.partition(": ")
        outcome = {"ok": PASSED, "failed": FAILED, "skipped": SKIPPED}.get(verdict)
        if outcome:
            cases.append(Case("check", name, outcome, reason))
    return cases or [Case("check", "", FAILED, _status_text(result.returncode))]


def _status_text(status):
    return "not finished in time" if status is None else f"exit status {status}"


def report(cases):
    """Names what failed or was skipped and counts everything; the exit status of the run."""
    for outcome in (SKIPPED, FAILED):
        for case in (case for case in cases if case.outcome == outcome):
            name = " / ".join(part for part in (case.suite, case.name) if part)
            print(f"{outcome}: {name}{': ' + case.reason if case.reason else ''}")
    count = {outcome: sum(case.outcome == outcome for case in cases)
             for outcome in (PASSED, FAILED, SKIPPED)}
    print(f"{count[PASSED]} passed, {count[FAILED]} failed, {count[SKIPPED]} skipped")
    return 0 if count[PASSED] and not count[FAILED] else 1


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tools/test", description="Runs the tests.")
    parser.add_argument("--sanitize", action="append", choices=[*SANITIZERS, "none"],
                        help="only this build of the tests (may be repeated); none is release")
    parser.add_argument("--no-checks", action="store_true", help="leave the style checks out")
    parser.add_argument("--minutes", type=float,
                        default=float(os.environ.get("RINGCAT_TEST_MINUTES", "35")),
                        help="limit of the whole run (default: $RINGCAT_TEST_MINUTES or 35)")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    default = os.environ.get("RINGCAT_TEST_VARIANTS", "release asan").split()
    variants = ([SANITIZERS.get(name, "release") for name in arguments.sanitize]
                if arguments.sanitize else default)
    if unknown := [name for name in variants if name not in VARIANTS]:
        sys.exit(f"RINGCAT_TEST_VARIANTS: no variant {unknown[0]}; there are {', '.join(VARIANTS)}")

    # An end from outside unwinds like any other: whatever runs is ended first.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    deadline = Deadline(arguments.minutes)
    cases = [] if arguments.no_checks else run_checks(deadline)
    for variant in variants:
        cases += run_variant(variant, deadline)
    return report(cases)


if __name__ == "__main__":
    sys.exit(main())
