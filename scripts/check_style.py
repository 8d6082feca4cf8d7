#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what STYLE.md says and no compiler sees: file heads, lengths of files and functions, words that are no answer.

Aligned tables between `// clang-format off` and `on` may be wider than other code: one row is one fact.

  scripts/check_style.py             check
  scripts/check_style.py --sizes     also print the table of file sizes
"""
import argparse
import pathlib
import re
import sys

import check_layers

ROOT = pathlib.Path(__file__).resolve().parent.parent
LICENCE = "// SPDX-License-Identifier: Apache-2.0"
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_LINE = 800, 60, 130
NAMES = re.compile(r"(?:^|_)(utils?|common|misc|helpers?)(?:_|$)")
TABLE = re.compile(r"^\s*// clang-format (off|on)$")
LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def sources():
    tops = ("include", "src", "tools", "tests", "bench", "fuzz", "examples")
    return sorted(p.relative_to(ROOT) for top in tops for p in (ROOT / top).rglob("*") if p.suffix in (".h", ".cpp"))


def functions(code):
    """(first line, number of lines) of bodies that begin at the end of an unindented or class-level line."""
    lines = code.splitlines()
    for start, line in enumerate(lines):
        match = re.match(r"( {0,2})\S.*\)[^;]*\{$", line)
        if not match or re.match(r"\s*(namespace|class|struct|enum|union|extern|using|typedef|TEST|[{}])", line):
            continue
        end = match.group(1) + "}"
        for stop in range(start + 1, len(lines)):
            if lines[stop].startswith(end) and lines[stop][:len(end) + 1].rstrip(";,)") == end:
                yield start + 1, stop - start + 1
                break


def check_head(path, lines):
    if not lines or lines[0] != LICENCE:
        return ["1: the first line is not the licence"]
    if path.parts[0] in ("src", "include", "tools") and (len(lines) < 3 or lines[1] != "//" or not lines[2].startswith("// ")):
        return ["2: the file does not say what it is about"]
    return []


def undocumented(lines):
    """Types of a public header that no `///` comment introduces; namespaces called detail are not public."""
    hidden = False
    for number, line in enumerate(lines, 1):
        hidden = line.startswith("namespace") and "detail" in line or hidden and not line.startswith("}  // namespace")
        match = re.match(r"(?:class|struct|enum class) (\w+)(?![^{]*;)", line)
        if match and not hidden:
            above = number - 2
            while lines[above].startswith(("template", "  requires")):
                above -= 1
            if not lines[above].startswith("///"):
                yield number, match.group(1)


def check(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    found = check_head(path, lines)
    library = path.parts[0] in ("src", "include", "tools")
    if len(lines) > LONGEST_FILE:
        found.append(f"1: {len(lines)} lines; at most {LONGEST_FILE}")
    if NAMES.search(path.stem):
        found.append("1: the name does not say the subject")
    in_table = 0
    for number, line in enumerate(lines, 1):
        if marked := TABLE.match(line):
            in_table = number if marked.group(1) == "off" else 0
        if LATER.search(line):
            found.append(f"{number}: {LATER.search(line).group(1)} belongs into the issue tracker")
        if len(line) > LONGEST_LINE and not in_table and "http" not in line:
            found.append(f"{number}: {len(line)} columns; at most {LONGEST_LINE}")
    if in_table:
        found.append(f"{in_table}: this table has no end")
    if library:
        for start, length in functions(check_layers.code_only(text)):
            if length > LONGEST_FUNCTION:
                found.append(f"{start}: a function of {length} lines; at most {LONGEST_FUNCTION}")
    if path.parts[0] == "include":
        found += [f"{number}: {name} has no /// comment" for number, name in undocumented(lines)]
    if path.suffix == ".h" and "#pragma once" not in text:
        found.append("1: no #pragma once")
    return [f"{path.as_posix()}:{one}" for one in found], len(lines)


def print_sizes(sizes):
    for top in ("include", "src", "tools", "tests"):
        counts = sorted(size for path, size in sizes.items() if path.parts[0] == top)
        if counts:
            print(f"{top:<8} {len(counts):>4} files {sum(counts):>7} lines, median {counts[len(counts) // 2]}, "
                  f"90 % {counts[len(counts) * 9 // 10]}, longest {counts[-1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", action="store_true")
    options = parser.parse_args()
    findings, sizes = [], {}
    for path in sources():
        found, sizes[path] = check(path)
        findings += found
    for finding in findings:
        print(finding)
    if options.sizes:
        print_sizes(sizes)
    print(f"{len(sizes)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
