#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every code of src/base/errc_table.cpp is made somewhere, or says who will make it.

  scripts/check_errors.py [--root DIR]

Lines of the table's comment excuse codes: `//   program CODE...` for those that only ports of the program answer with,
`//   planned CODE...` for protocols that are being built. An excuse that is not needed any more is a finding as well.
"""
import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = pathlib.PurePosixPath("src/base/errc_table.cpp")
DECLARED = pathlib.PurePosixPath("include/keyway/error.h")


def made_codes(root):
    """Codes that stand in code of the library, but for the table and the declaration."""
    codes = set()
    for top in ("src", "include"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix in (".h", ".cpp") and file.relative_to(root) not in (TABLE, DECLARED):
                text = re.sub(r"//[^\n]*", "", file.read_text(encoding="utf-8"))
                codes.update(re.findall(r"\bErrc::(\w+)", text))
    return codes


def check(root):
    """(findings, number of rows)"""
    text = (root / TABLE).read_text(encoding="utf-8")
    rows = re.findall(r"\{Errc::(\w+),", text)
    excused = {code for line in re.findall(r"^//   (?:program|planned) (.*)$", text, re.M) for code in line.split()}
    made = made_codes(root)
    findings = [f"{code}: nothing makes it" for code in rows if code not in made | excused]
    findings += [f"{code}: is made, so it needs no excuse" for code in rows if code in made & excused]
    findings += [f"{code}: is excused and has no row" for code in sorted(excused - set(rows))]
    return [f"{TABLE}: {finding}" for finding in findings], len(rows)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    findings, count = check(parser.parse_args(arguments).root)
    for finding in findings:
        print(finding)
    print(f"{count} codes, {len(findings)} findings")
    return 1 if findings or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
