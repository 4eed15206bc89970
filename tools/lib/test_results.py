"""What a run of `meson test` found, counted by test case.

Meson counts programs; people count what must hold. The cases are read from each program's output
as meson's log keeps it: GoogleTest's or TAP's lines, else the program itself is the case. A program
that died or hung fails the case it was in.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"

_MESON_OUTCOMES = {"OK": PASSED, "EXPECTEDFAIL": PASSED, "SKIP": SKIPPED}
_GTEST_OUTCOMES = {"OK": PASSED, "FAILED": FAILED, "SKIPPED": SKIPPED}

_GTEST_START = re.compile(r"^\[ RUN      \] (\S+)")
# The duration tells a case's own line from the summary at the end.
_GTEST_END = re.compile(r"^\[ +(OK|FAILED|SKIPPED) +\] (.+?) \(\d+ ms\)")
_TAP_LINE = re.compile(r"^(ok|not ok) \d+(?: - (.*?))?(?:\s+# SKIP\s*(.*))?$", re.IGNORECASE)


@dataclass
class Case:
    """One test case: where it stands, how it ended, and why if it did not pass."""

    suite: str
    name: str
    outcome: str
    reason: str = ""


def gtest_cases(suite, output):
    cases, running, said = [], None, []
    for line in output.splitlines():
        if start := _GTEST_START.match(line):
            cases += _unfinished(suite, running)
            running, said = start[1], []
        elif (end := _GTEST_END.match(line)) and running:
            outcome = _GTEST_OUTCOMES[end[1]]
            cases.append(Case(suite, running, outcome, _gtest_reason(outcome, said)))
            running = None
        else:
            said.append(line)
    return cases + _unfinished(suite, running)


def _unfinished(suite, running):
    return [Case(suite, running, FAILED, "did not end in good order")] if running else []


def _gtest_reason(outcome, said):
    if outcome == FAILED:
        return next((line for line in said if line.endswith(": Failure")), "")
    return _last_words(said) if outcome == SKIPPED else ""


def tap_cases(suite, output):
    cases = []
    for line in output.splitlines():
        if match := _TAP_LINE.match(line):
            verdict, name, reason = match[1], match[2] or "", match[3]
            outcome = FAILED if verdict == "not ok" else SKIPPED if reason is not None else PASSED
            cases.append(Case(suite, name, outcome, reason or ""))
    return cases


def cases_of_record(record):
    """The cases of one line of meson's testlog.json."""
    suite = record["name"].split(":", 1)[-1]
    output = record.get("stdout", "")
    cases = gtest_cases(suite, output) or tap_cases(suite, output)
    outcome = _MESON_OUTCOMES.get(record["result"], FAILED)
    if not cases:
        return [Case(suite, "", outcome, _last_words(output.splitlines()))]
    if outcome == FAILED and all(case.outcome != FAILED for case in cases):
        reason = f"{record['result']}, exit status {record.get('returncode')}"
        cases.append(Case(suite, "as a whole", FAILED, reason))
    return cases


def read_log(path):
    cases = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        cases += cases_of_record(json.loads(line))
    return cases


def _last_words(lines):
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
