#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the documents: every relative link and every file named in `code` of the top documents exists.

  scripts/check_docs.py
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:docs|scripts|src|include|tests|tools|cmake|bench|fuzz|examples)/[\w./-]+)`")


def main():
    problems = []
    files = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")) + sorted((ROOT / "tests").rglob("*.md"))
    for file in files:
        fenced = False
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            fenced ^= line.lstrip().startswith("```")
            if fenced:
                continue
            where = f"{file.relative_to(ROOT).as_posix()}:{number}"
            for target in LINK.findall(line):
                if "://" not in target and not target.startswith("mailto:") and not (file.parent / target).exists():
                    problems.append(f"{where}: {target} does not exist")
            for target in NAMED.findall(line):
                if not (ROOT / target.rstrip(".")).exists():
                    problems.append(f"{where}: {target} does not exist")
    for problem in problems:
        print(problem)
    print(f"{len(files)} documents, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
