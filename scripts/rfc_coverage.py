#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which requirements of docs/rfc/*.requirements have code and which have a test, by the tags `//= rfc8446#4.1.3-2`.

  scripts/rfc_coverage.py             report by section, then the requirements without code or test
  scripts/rfc_coverage.py --summary   one line for each RFC
  scripts/rfc_coverage.py --check     fails on unreadable lines, and on tags that name nothing or what does not apply
  scripts/rfc_coverage.py --complete  also fails on requirements that apply and have no code or no test

A tag may name several: `//= rfc8446#4.1.3-2, 4.1.3-3`; in Python it begins with `#=`. A requirement with a word in brackets does not apply; the line
`@word reason` of its file says why.
"""
import argparse
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME = r"[A-Z0-9]+(?:\.[A-Z0-9]+)*(?:-\d+)?"
TAG = re.compile(rf"(?://|#)=\s*(rfc\d+)#({NAME}(?:,\s*{NAME})*)")
LINE = re.compile(r"([A-Z0-9.]+)-(\d+)\s+(client|server|both|sender|receiver)\s+(?:\[([\w.-]+)\]\s+)?(\S.*)")
REASON = re.compile(r"@([\w.-]+)\s+(\S.*)")


class Requirement:
    """One row; `reason` says why it does not apply, if it does not."""

    def __init__(self, who, text, reason):
        self.text, self.reason = f"{who}: {text}", reason


def read_requirements(root):
    """rfc -> {(section, number): Requirement}, and what cannot be read."""
    found, problems = {}, []
    for file in sorted((root / "docs/rfc").glob("*.requirements")):
        rows, reasons = found.setdefault(file.stem, {}), {}
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            where = f"{file.name}:{number}"
            if not line.strip() or line.startswith("#"):
                continue
            if reason := REASON.fullmatch(line.rstrip()):
                reasons[reason.group(1)] = reason.group(2)
                continue
            match = LINE.fullmatch(line.rstrip())
            key = match and (match.group(1), int(match.group(2)))
            if not match:
                problems.append(f"{where}: cannot read '{line}'")
            elif key in rows:
                problems.append(f"{where}: {match.group(1)}-{match.group(2)} is written twice")
            elif match.group(4) and match.group(4) not in reasons:
                problems.append(f"{where}: no line @{match.group(4)} says what the word means")
            else:
                rows[key] = Requirement(match.group(3), match.group(5), reasons.get(match.group(4)))
    return found, problems


def read_tags(root, folders):
    """(rfc, section, number or None) -> places."""
    tags = collections.defaultdict(list)
    for folder in folders:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".h", ".cpp", ".py") or not file.is_file():
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                for match in TAG.finditer(line):
                    for name in re.split(r",\s*", match.group(2)):
                        section, _, row = name.partition("-")
                        tags[match.group(1), section, int(row) if row else None].append(
                            f"{file.relative_to(root).as_posix()}:{number}")
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


def idle_tags(requirements, tags):
    """Tags that name, by its number, a requirement of which its list says that it does not apply: one of both is wrong."""
    problems = []
    for (rfc, section, number), places in tags.items():
        row = requirements.get(rfc, {}).get((section, number))
        if row is not None and row.reason is not None:
            problems.extend(f"{place}: {rfc}#{section}-{number} does not apply, says docs/rfc/{rfc}.requirements" for place in places)
    return problems


def section_key(section):
    return [(0, int(p)) if p.isdigit() else (1, p) for p in section.split(".")]


def lacks(rfc, rows, code, tests):
    """(section, number, what is missing) of the requirements that apply, in the order of the RFC."""
    for section, number in sorted(rows, key=lambda key: (section_key(key[0]), key[1])):
        if rows[section, number].reason is None:
            there = [(rfc, section, number) in tags or (rfc, section, None) in tags for tags in (code, tests)]
            if not all(there):
                yield section, number, " and ".join(name for name, has in zip(("code", "test"), there) if not has)


def report(rfc, rows, code, tests, summary):
    applying = [key for key, row in rows.items() if row.reason is None]
    missing = list(lacks(rfc, rows, code, tests))
    without = {kind: {key[:2] for key in missing if kind in key[2]} for kind in ("code", "test")}
    if not summary:
        print(f"{rfc}: section, requirements that apply, with code, with test")
        for section in sorted({section for section, _ in applying}, key=section_key):
            count = [sum(s == section for s, _ in keys) for keys in (applying, without["code"], without["test"])]
            print(f"  {section:<9} {count[0]:>3} {count[0] - count[1]:>3} {count[0] - count[2]:>3}")
        for section, number, what in missing:
            print(f"  no {what:<13} {section}-{number}  {rows[section, number].text}")
        for (section, number), row in rows.items():
            if row.reason is not None:
                print(f"  does not apply   {section}-{number}  {row.text} ({row.reason})")
    print(f"{rfc}: {len(applying)} requirements apply, {len(applying) - len(without['code'])} with code, "
          f"{len(applying) - len(without['test'])} with a test; {len(rows) - len(applying)} do not apply")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--complete", action="store_true")
    parser.add_argument("--summary", action="store_true")
    options = parser.parse_args(arguments)
    requirements, problems = read_requirements(options.root)
    code, tests = read_tags(options.root, ("src", "include")), read_tags(options.root, ("tests",))
    problems += unknown_tags(requirements, code) + unknown_tags(requirements, tests)
    problems += idle_tags(requirements, code) + idle_tags(requirements, tests)
    for problem in problems:
        print(problem)
    if options.complete:
        for rfc, rows in requirements.items():
            for section, number, what in lacks(rfc, rows, code, tests):
                problems.append(f"{rfc}#{section}-{number} has no {what}")
                print(problems[-1])
    if options.check or options.complete:
        print(f"{sum(map(len, requirements.values()))} requirements, {len(problems)} problems")
    else:
        for rfc, rows in requirements.items():
            report(rfc, rows, code, tests, options.summary)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
