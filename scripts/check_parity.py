#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks docs/otp_parity.md: one row for each of F001 to F218, ids once, states readable, and every test named exists; in
docs/threat_model.md, too.

  scripts/check_parity.py             check
  scripts/check_parity.py --summary   how many rows are done, not yet, left out
"""
import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FEATURES = 218
TEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")
SCRIPTED = re.compile(r"add_test\(\s*NAME\s+(\S+)|keyway_script_test\(\s*(\S+)")
METHOD = re.compile(r"^class (\w+)|^    def (test_\w+)", re.M)
NAMED = re.compile(r"`([A-Z]\w+\.\w+)`")
STATE = re.compile(r"not yet|no: \S.*|done: ((?:[\w.]+)(?:, [\w.]+)*)")


def tests_of(root):
    """Names of all tests in the tree: Suite.Name of GoogleTest, Class.test_name of Python, and scripted ctest cases."""
    names = set()
    for file in (root / "tests").rglob("*"):
        if file.suffix == ".cpp":
            names.update(f"{suite}.{name}" for suite, name in TEST.findall(file.read_text(encoding="utf-8")))
        elif file.suffix == ".py":
            suite = ""
            for opened, method in METHOD.findall(file.read_text(encoding="utf-8")):
                suite = opened or suite
                names.update({f"{suite}.{method}"} if method else ())
        elif file.name == "CMakeLists.txt":
            names.update(a or b for a, b in SCRIPTED.findall(file.read_text(encoding="utf-8")))
    return names


def read_rows(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"\| ([A-Z]\d+) \|", line)
        if match:
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
            yield number, cells


def missing_in(root, document, tests):
    """Tests that a document names in backquotes and that are not in the tree."""
    if not (root / document).exists():
        return []
    lines = enumerate((root / document).read_text(encoding="utf-8").splitlines(), 1)
    return [f"{document}:{number}: the test {test} is not in the tree" for number, line in lines for test in NAMED.findall(line) if test not in tests]


def check(root):
    file = root / "docs/otp_parity.md"
    tests, problems, seen = tests_of(root), [], {}
    counts = {"done": 0, "not yet": 0, "no": 0}
    for number, cells in read_rows(file.read_text(encoding="utf-8")):
        where = f"docs/otp_parity.md:{number}"
        if len(cells) != 5:
            problems.append(f"{where}: {len(cells)} columns instead of 5")
            continue
        if cells[0] in seen:
            problems.append(f"{where}: {cells[0]} is also in line {seen[cells[0]]}")
        seen[cells[0]] = number
        match = STATE.fullmatch(cells[3])
        if not match:
            problems.append(f"{where}: {cells[0]} has the state '{cells[3]}'")
            continue
        counts["done" if match.group(1) else cells[3].split(":")[0]] += 1
        for test in (match.group(1) or "").split(", "):
            if test and test not in tests:
                problems.append(f"{where}: {cells[0]} names the test {test}, which is not in the tree")
    for number in range(1, FEATURES + 1):
        if f"F{number:03}" not in seen:
            problems.append(f"docs/otp_parity.md: F{number:03} has no row")
    problems += missing_in(root, "docs/threat_model.md", tests)
    extra = [name for name in seen if name.startswith("F") and not 1 <= int(name[1:]) <= FEATURES]
    problems += [f"docs/otp_parity.md: {name} is no feature" for name in extra]
    return problems, counts


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("--summary", action="store_true")
    options = parser.parse_args(arguments)
    problems, counts = check(options.root)
    for problem in problems:
        print(problem)
    print(f"{sum(counts.values())} rows: {counts['done']} done, {counts['not yet']} not yet, {counts['no']} left out; "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
