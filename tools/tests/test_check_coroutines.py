import unittest

from loading import load_tool

checker = load_tool("check-coroutines")

GOOD = {
    "bare": "co_await sleep_for(reactor, delay);",
    "named": "const int sent = co_await reactor.send(fd, bytes);",
    "with an attribute": "[[maybe_unused]] const int events = co_await reactor.poll(fd, POLLIN);",
    "auto": "auto channel = co_await open_channel(context, spec);",
    "a template's type": "Result<Channel> channel = co_await open_channel(context, spec);",
    "a nested type": "std::map<int, std::vector<int>>::iterator at = co_await find();",
    "a reference": "const auto& name = co_await look_up();",
    "bindings": "const auto [left, right] = co_await both();",
    "behind an if": "if (slow) co_await sleep_for(reactor, delay);",
    "behind an else": "if (fast) {\n} else if (slow)\n  co_await sleep_for(reactor, delay);",
    "behind a label": "switch (lane) {\n case Lane::copy:\n  co_await copy();\n}",
    "a lambda as argument": "co_await run([](int a) { return a + 1; });",
    "in a lambda": "run([&]() -> Task<void> { co_await copy(); });",
    "arithmetic in its arguments": "co_await sleep_for(reactor, delay * 2);",
    "a broken line": "const std::int64_t moved =\n    co_await splice(from,\n        to);",
    "in a comment": "// if (co_await x)\nint a;",
    "in a string": 'log("if (co_await x)");',
    "the operator itself": "auto operator co_await() noexcept { return awaiter; }",
}

BAD = {
    "in a condition": "if (co_await connect() < 0) co_return;",
    "in a loop's condition": "while (const int n = co_await read()) use(n);",
    "as an argument": "use(co_await read());",
    "two in one": "const int n = co_await read(co_await open());",
    "two in a sum": "const int n = co_await read() + co_await read();",
    "in an expression": "const int n = co_await read() + 1;",
    "compared": "const bool ok = co_await read() == 0;",
    "returned": "co_return co_await read();",
    "assigned": "n = co_await read();",
    "assigned to a member": "this->n_ = co_await read();",
    "in a subscript": "table[co_await read()] = 1;",
    "in braces": "const Result<int> n{co_await read()};",
    "in a returned value": "co_return {co_await read(), 1};",
    "in a range": "for (const auto& name : co_await names()) use(name);",
    "in parentheses": "const int n = (co_await read()).size();",
    "negated": "const bool no = !co_await ready();",
}


def problems(statement):
    return list(checker.violations("sample.cpp", f"Task<void> f() {{\n  {statement}\n}}\n"))


class CheckCoroutines(unittest.TestCase):
    def test_allowed_forms_pass(self):
        for name, statement in GOOD.items():
            with self.subTest(name):
                self.assertEqual(problems(statement), [])

    def test_every_other_form_is_refused(self):
        for name, statement in BAD.items():
            with self.subTest(name):
                self.assertNotEqual(problems(statement), [])

    def test_the_line_is_named(self):
        self.assertIn("sample.cpp:2:", problems("use(co_await read());")[0])


if __name__ == "__main__":
    unittest.main()
