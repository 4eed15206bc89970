import unittest

from loading import load_tool

checker = load_tool("check-sizes")

SOURCE = """\
#include <x>
namespace ringcat {
const int table[] = {1, 2};
struct Row {
  int get() const { return 1; }
};
class Both : public Row {
 public:
  Both(int a, int b) : a_{a}, b_(b) {
    if (a) { b_ = 0; }
  }
};
Task<void> run(Reactor& reactor,
               int n) {
  auto inner = [&](int m) {
    return m;
  };
  for (;;) {
  }
}
}  // namespace ringcat
"""


class CheckSizes(unittest.TestCase):
    def test_functions_are_found_with_their_lengths(self):
        self.assertEqual(list(checker.functions(SOURCE)), [("get", 1), ("Both", 3), ("run", 8)])

    def test_what_is_too_large_is_refused(self):
        self.assertEqual(len(list(checker.violations({"a.cpp": (501, 500)}, {}))), 1)
        self.assertEqual(list(checker.violations({"a.cpp": (500, 500)}, {})), [])

    def test_an_allowance_holds_but_does_not_grow(self):
        self.assertEqual(list(checker.violations({"a.cpp": (510, 500)}, {"a.cpp": 510})), [])
        self.assertEqual(len(list(checker.violations({"a.cpp": (511, 500)}, {"a.cpp": 510}))), 1)

    def test_an_allowance_follows_what_shrinks(self):
        self.assertIn("shrunk", next(checker.violations({"a.cpp": (505, 500)}, {"a.cpp": 510})))
        self.assertIn("no allowance", next(checker.violations({"a.cpp": (9, 500)}, {"a.cpp": 510})))


if __name__ == "__main__":
    unittest.main()
