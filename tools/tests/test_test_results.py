import unittest

import loading  # noqa: F401  (finds tools/lib)
from test_results import FAILED, PASSED, SKIPPED, cases_of_record

GTEST = """\
[ RUN      ] Parser.takes_quotes
[       OK ] Parser.takes_quotes (0 ms)
[ RUN      ] Ktls.offloads
a_test.cpp:2: Skipped
no kernel support
[  SKIPPED ] Ktls.offloads (0 ms)
[ RUN      ] All/Lane.moves/1
a_test.cpp:9: Failure
Expected equality
[  FAILED  ] All/Lane.moves/1, where GetParam() = 7 (3 ms)
[==========] 3 tests from 3 test suites ran. (3 ms total)
[  FAILED  ] All/Lane.moves/1, where GetParam() = 7
"""

TAP = """\
TAP version 13
ok 1 - half_close
ok 2 - redis # SKIP no redis-server
not ok 3 - drain
# it hung
1..3
"""


def outcomes(output, result="OK"):
    record = {"name": "ringcat:unit / x", "stdout": output, "result": result, "returncode": 1}
    return [(case.name, case.outcome, case.reason) for case in cases_of_record(record)]


class TestResults(unittest.TestCase):
    def test_googletest_cases_are_counted_one_by_one(self):
        self.assertEqual(outcomes(GTEST, "FAIL"),
                         [("Parser.takes_quotes", PASSED, ""),
                          ("Ktls.offloads", SKIPPED, "no kernel support"),
                          ("All/Lane.moves/1", FAILED, "a_test.cpp:9: Failure")])

    def test_a_crash_fails_the_case_it_came_in(self):
        cut = GTEST[:GTEST.index("[  FAILED")]
        self.assertEqual(outcomes(cut, "FAIL")[-1][:2], ("All/Lane.moves/1", FAILED))

    def test_a_program_that_fails_after_its_last_case_is_a_failure(self):
        passed = "[ RUN      ] A.b\n[       OK ] A.b (0 ms)\nSUMMARY: LeakSanitizer\n"
        self.assertEqual([case[1] for case in outcomes(passed, "FAIL")], [PASSED, FAILED])
        self.assertEqual([case[1] for case in outcomes(passed, "OK")], [PASSED])

    def test_tap_cases_are_counted_one_by_one(self):
        self.assertEqual(outcomes(TAP, "FAIL"),
                         [("half_close", PASSED, ""), ("redis", SKIPPED, "no redis-server"),
                          ("drain", FAILED, "")])

    def test_any_other_program_is_one_case(self):
        self.assertEqual(outcomes("", "OK"), [("", PASSED, "")])
        self.assertEqual(outcomes("no kernel\n", "SKIP"), [("", SKIPPED, "no kernel")])
        self.assertEqual(outcomes("", "TIMEOUT"), [("", FAILED, "")])


if __name__ == "__main__":
    unittest.main()
