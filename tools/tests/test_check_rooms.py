import unittest

from loading import load_tool

checker = load_tool("check-rooms")


class CheckRooms(unittest.TestCase):
    def test_a_room_may_look_right_and_at_itself(self):
        for room, included in (("cli", "engine/engine.hpp"), ("relay", "relay/lane.hpp"),
                               ("endpoint", "address/spec.hpp"), ("address", "base/error.hpp"),
                               ("engine", "ring/task.hpp")):
            self.assertIsNone(checker.complaint(room, included), (room, included))

    def test_looking_left_is_refused(self):
        self.assertIn("left", checker.complaint("ring", "relay/session.hpp"))
        self.assertIn("left", checker.complaint("base", "ring/task.hpp"))

    def test_looking_sideways_is_refused(self):
        self.assertIn("sideways", checker.complaint("tls", "address/spec.hpp"))
        self.assertIn("sideways", checker.complaint("measure", "control/metrics.hpp"))

    def test_a_file_is_named_with_its_room(self):
        self.assertIn("ring/task.hpp", checker.complaint("ring", "task.hpp"))
        self.assertIsNotNone(checker.complaint("ring", "../base/error.hpp"))

    def test_an_unknown_room_is_refused(self):
        self.assertIsNotNone(checker.complaint("ring", "util/string.hpp"))
        self.assertEqual(len(list(checker.violations("src/util/x.hpp", ""))), 1)

    def test_the_line_is_named(self):
        text = "// a\n#include <vector>\n#include \"engine/engine.hpp\"\n"
        self.assertEqual(list(checker.violations("src/base/x.hpp", text)),
                         ["src/base/x.hpp:3: base may not look left, into engine"])


if __name__ == "__main__":
    unittest.main()
