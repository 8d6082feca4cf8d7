#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles the C++ of README.md and docs/guide: what users copy must fit the headers. One translation unit for all.

  scripts/check_snippets.py --compiler g++ -- -std=c++23 -Iinclude

Snippets are programs (with main), declarations (beginning with class, struct or #include alone), or the inside of a
function. Names that belong to the reader's program are in tests/snippets/reader.h.
"""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```cpp\n(.*?)^```$", re.M | re.S)


def snippets(text):
    """(line of the first code line, code) of each C++ block."""
    for match in FENCE.finditer(text):
        yield text[:match.start(1)].count("\n") + 1, match.group(1)


def wrap(number, place, line, code):
    """The snippet as a part of one translation unit; line numbers stay those of the document."""
    code = re.sub(r"^#include .*$", "", code, flags=re.M)
    code = re.sub(r"\bint main\(", f"int main_{number}(", code)
    marked = f'#line {line} "{place}"\n{code}'
    if f"main_{number}(" in code or re.match(r"\s*(class|struct|template|namespace)\b", code):
        return f"namespace snippet_{number} {{\n{marked}}}\n"
    return f"inline void snippet_{number}() {{\n{marked}}}\n"


def unit(root, files):
    """All snippets behind their includes."""
    includes, parts, count = [], [], 0
    for file in files:
        place = file.relative_to(root).as_posix()
        for line, code in snippets(file.read_text(encoding="utf-8")):
            includes += re.findall(r"^#include .*$", code, flags=re.M)
            parts.append(wrap(count, place, line, code))
            count += 1
    head = "".join(f"{line}\n" for line in dict.fromkeys(includes))
    return head + '#include "snippets/reader.h"\n' + "".join(parts), count


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("flags", nargs="*")
    options = parser.parse_args(arguments)
    files = [options.root / "README.md", *sorted((options.root / "docs/guide").glob("*.md"))]
    code, count = unit(options.root, files)
    done = subprocess.run([options.compiler, *options.flags, "-Itests", "-w", "-fsyntax-only", "-x", "c++", "-"], input=code,
                          text=True, capture_output=True, cwd=options.root)
    print(done.stderr, end="")
    print(f"{count} snippets in {len(files)} documents" + ("" if done.returncode == 0 else ": they do not compile"))
    return 1 if done.returncode != 0 or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
