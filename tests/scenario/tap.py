"""Runs the unittest cases of one file and reports them in TAP, so that meson counts each.

Usage: tap.py FILE. What the cases print goes to standard error.
"""

import contextlib
import importlib.util
import sys
import unittest
from pathlib import Path


class TapResult(unittest.TestResult):
    """Writes one TAP line for each case; what went wrong stands behind `#`."""

    def __init__(self, output):
        super().__init__()
        self._output = output
        self._trouble = []

    def startTest(self, test):
        super().startTest(test)
        self._trouble = []

    def stopTest(self, test):
        super().stopTest(test)
        self._write("not ok" if self._trouble else "ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._trouble.append(self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._trouble.append(self.errors[-1][1])
        if not isinstance(test, unittest.TestCase):  # setUpClass or the module itself
            self.testsRun += 1
            self._write("not ok", test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._trouble.append(f"{subtest}: {self._exc_info_to_string(err, test)}")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._trouble.append("passed, though it was expected to fail")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._skip_reason = reason
        if not isinstance(test, unittest.TestCase):  # a whole class
            self.testsRun += 1
            self._write("ok", test)

    _skip_reason = None

    def _write(self, verdict, test):
        name = _name_of(test)
        skip = f" # SKIP {self._skip_reason}" if self._skip_reason is not None else ""
        self._skip_reason = None
        print(f"{verdict} {self.testsRun} - {name}{skip}", file=self._output)
        for line in "\n".join(self._trouble).splitlines():
            print(f"# {line}", file=self._output)
        self._trouble = []
        self._output.flush()


def _name_of(test):
    """`HalfClose.reaches_the_peer`; what is no case (a class, the module) by its description."""
    if not isinstance(test, unittest.TestCase):
        return str(test)
    method = test.id().rpartition(".")[2]
    return f"{type(test).__name__}.{method.removeprefix('test_')}"


def load(path):
    sys.path.insert(0, str(path.parent))
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return unittest.defaultTestLoader.loadTestsFromModule(module)


def main():
    cases = load(Path(sys.argv[1]).resolve())
    output = sys.stdout
    result = TapResult(output)
    print("TAP version 13", file=output, flush=True)
    with contextlib.redirect_stdout(sys.stderr):
        cases.run(result)
    # The plan comes last: a class that is skipped as a whole counts as one.
    print(f"1..{result.testsRun}", file=output)


if __name__ == "__main__":
    main()
