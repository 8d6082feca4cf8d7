#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which requirements of docs/rfc/*.requirements have code and which have a test, by the tags `//= rfc8446#4.1.3-2`.

  scripts/rfc_coverage.py             report by section, then the requirements without code or test
  scripts/rfc_coverage.py --summary   one line for each RFC
  scripts/rfc_coverage.py --check     fails on tags that name nothing and on unreadable lines
"""
import argparse
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TAG = re.compile(r"//=\s*(rfc\d+)#([A-Z0-9.]+)(?:-(\d+))?")
LINE = re.compile(r"([A-Z0-9.]+)-(\d+)\s+(client|server|both|sender|receiver)\s+(\S.*)")


def read_requirements(root):
    """rfc -> {(section, number): text}, and what cannot be read."""
    found, problems = {}, []
    for file in sorted((root / "docs/rfc").glob("*.requirements")):
        rows = found.setdefault(file.stem, {})
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = LINE.fullmatch(line.rstrip())
            key = match and (match.group(1), int(match.group(2)))
            if not match:
                problems.append(f"{file.name}:{number}: cannot read '{line}'")
            elif key in rows:
                problems.append(f"{file.name}:{number}: {match.group(1)}-{match.group(2)} is written twice")
            else:
                rows[key] = f"{match.group(3)}: {match.group(4)}"
    return found, problems


def read_tags(root, folders):
    """(rfc, section, number or None) -> places."""
    tags = collections.defaultdict(list)
    for folder in folders:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".h", ".cpp") or not file.is_file():
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                for match in TAG.finditer(line):
                    key = (match.group(1), match.group(2).rstrip("."), int(match.group(3)) if match.group(3) else None)
                    tags[key].append(f"{file.relative_to(root).as_posix()}:{number}")
    return tags


def unknown_tags(requirements, tags):
    problems = []
    for (rfc, section, number), places in tags.items():
        rows = requirements.get(rfc)
        known = rows is not None and (any(s == section for s, _ in rows) if number is None else (section, number) in rows)
        if rows is not None and not known:
            name = f"{rfc}#{section}" + (f"-{number}" if number else "")
            problems.extend(f"{place}: {name} is no requirement of docs/rfc/{rfc}.requirements" for place in places)
    return problems


def section_key(section):
    return [(0, int(p)) if p.isdigit() else (1, p) for p in section.split(".")]


def report(rfc, rows, code, tests, summary):
    def tagged(tags, section, number):
        return (rfc, section, number) in tags or (rfc, section, None) in tags
    sections, missing = {}, []
    for (section, number), text in rows.items():
        counts = sections.setdefault(section, [0, 0, 0])
        in_code, in_tests = tagged(code, section, number), tagged(tests, section, number)
        counts[0] += 1
        counts[1] += in_code
        counts[2] += in_tests
        if not (in_code and in_tests):
            lack = " and ".join(name for name, there in (("code", in_code), ("test", in_tests)) if not there)
            missing.append((section, number, lack, text))
    total = [sum(counts[i] for counts in sections.values()) for i in range(3)]
    if not summary:
        print(f"{rfc}: section, requirements, with code, with test")
        for section in sorted(sections, key=section_key):
            print("  {:<9} {:>3} {:>3} {:>3}".format(section, *sections[section]))
        for section, number, lack, text in sorted(missing, key=lambda m: (section_key(m[0]), m[1])):
            print(f"  no {lack:<13} {section}-{number}  {text}")
    print(f"{rfc}: {total[0]} requirements, {total[1]} with code, {total[2]} with a test")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--summary", action="store_true")
    options = parser.parse_args(arguments)
    requirements, problems = read_requirements(options.root)
    code, tests = read_tags(options.root, ("src", "include")), read_tags(options.root, ("tests",))
    problems += unknown_tags(requirements, code) + unknown_tags(requirements, tests)
    for problem in problems:
        print(problem)
    if options.check:
        print(f"{sum(map(len, requirements.values()))} requirements, {len(problems)} problems")
    else:
        for rfc, rows in requirements.items():
            report(rfc, rows, code, tests, options.summary)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
