"""C++ text without what a checker must not trip over: comments, literals, and so on.

Not a parser: enough to find words, braces and statements in code that clang-format has laid out.
"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_COMMENT_OR_LITERAL = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | R"(?P<delimiter>[^\s()\\]{0,16})\(.*?\)(?P=delimiter)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",
    re.VERBOSE | re.DOTALL)


def code_of(text):
    """`text` with comments and the insides of literals blanked; every line keeps its number."""
    def blank(match):
        kept = re.sub(r"[^\n]", " ", match[0])
        return kept if match[0].startswith("/") else f'"{kept[1:-1]}"'
    return _COMMENT_OR_LITERAL.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def tracked_files(*patterns):
    """The files of the project that match, in git's order, as paths relative to its root."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard",
                             "--", *patterns], cwd=ROOT, text=True, check=True,
                            stdout=subprocess.PIPE)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def cpp_files(folder=""):
    prefix = f"{folder}/" if folder else ""
    return tracked_files(f"{prefix}*.hpp", f"{prefix}*.cpp")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")
