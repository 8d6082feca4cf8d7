#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the layers of docs/layers.txt: includes, forbidden identifiers, links of CMake targets; draws the picture.

  scripts/check_layers.py            check everything, and that the picture in ARCHITECTURE.md is true
  scripts/check_layers.py --write    check, and write the picture
  scripts/check_layers.py --root DIR the tree to look at (the self-tests use this)

Exit 0: clean. Exit 1: findings, one line each: file:line: what is wrong. Exit 2: layers.txt cannot be read.
"""
import argparse
import fnmatch
import pathlib
import re
import sys

BEGIN, END = "<!-- layers:begin -->", "<!-- layers:end -->"
SUFFIXES = {".h", ".cpp"}


class TableError(Exception):
    pass


class Table:
    """docs/layers.txt, read and closed under reach."""

    def __init__(self, text):
        self.rows, self.folders, self.headers, self.groups = {}, {}, {}, {}
        self.forbidden, self.allowed, self.line, self.planned = [], [], None, set()
        for number, line in enumerate(text.splitlines(), 1):
            words = line.split("#", 1)[0].split() if not line.startswith(("forbid", "allow")) else line.split()
            if words:
                self._read(number, words)
        for name, row in self.rows.items():
            for other in row:
                if other not in self.rows:
                    raise TableError(f"module {name} names {other}, which is no module")
        self.reach = {name: self._reach(name, ()) for name in self.rows}

    def _read(self, number, words):
        kind, rest = words[0], words[1:]
        if kind == "module" and rest:
            self.rows[rest[0]] = rest[1:]
            self.folders.setdefault(rest[0], [f"src/{rest[0]}"])
        elif kind == "folder" and len(rest) > 1:
            self.folders[rest[0]] = rest[1:]
        elif kind == "header" and len(rest) > 1:
            for header in rest[1:]:
                if header in self.headers:
                    raise TableError(f"line {number}: {header} has two modules")
                self.headers[header] = rest[0]
        elif kind == "group" and len(rest) > 1:
            self.groups[rest[0]] = sorted({m for name in rest[1:] for m in self.members(name, number)})
        elif kind == "forbid" and len(rest) > 2:
            self.forbidden.append((set(self.members(rest[0], number)), rest[1], " ".join(rest[2:])))
        elif kind == "allow" and len(rest) > 2:
            self.allowed.append([rest[0], rest[1], " ".join(rest[2:]), number, False])
        elif kind == "planned" and rest:
            self.planned.update(rest)
        elif kind == "above" and len(rest) == 1:
            self.line = rest[0]
        else:
            raise TableError(f"line {number}: cannot read '{' '.join(words)}'")

    def members(self, name, number):
        if name in self.groups:
            return self.groups[name]
        if name in self.rows:
            return [name]
        raise TableError(f"line {number}: {name} is neither module nor group")

    def _reach(self, name, path):
        if name in path:
            raise TableError("the rows have a cycle: " + " -> ".join(path + (name,)))
        found = {name}
        for other in self.rows[name]:
            found |= {other} | self._reach(other, path + (name,))
        return found

    def module_of(self, path):
        """The module of a file, by the longest matching folder; None where there is none."""
        text = path.as_posix()
        if text.startswith("include/keyway/"):
            return self.headers.get(text.removeprefix("include/keyway/"))
        best = None
        for name, folders in self.folders.items():
            for folder in folders:
                if text.startswith(folder + "/") and (best is None or len(folder) > len(best[1])):
                    best = (name, folder)
        return best and best[0]

    def excused(self, path, token):
        for entry in self.allowed:
            if entry[1] == token and fnmatch.fnmatch(path.as_posix(), entry[0].replace("**", "*")):
                entry[4] = True
                return True
        return False


def code_only(text):
    """The text with comments and the contents of literals blanked; lines stay where they are."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|(?P<include>^[ \t]*#[ \t]*include[^\n]*)|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"'
        r'|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S | re.M)

    def blank(match):
        if match.group("include"):
            return re.sub(r"//.*", "", match.group(0))
        return re.sub(r"[^\n]", " ", match.group(0))
    return pattern.sub(blank, text)


def token_pattern(token):
    before = r"(?<![A-Za-z0-9_])" if re.match(r"\w", token) else ""
    after = r"(?![A-Za-z0-9_])" if re.search(r"\w$", token) else ""
    return re.compile(before + re.escape(token) + after)


class Checker:
    def __init__(self, root, table):
        self.root, self.table, self.findings = root, table, []
        self.patterns = {token: token_pattern(token) for _, token, _ in table.forbidden if not token.startswith("<")}

    def report(self, path, line, text):
        self.findings.append(f"{path.as_posix()}:{line}: {text}")

    def files(self):
        roots = [self.root / name for name in ("include", "src", "tools")]
        for top in roots:
            yield from sorted(p for p in top.rglob("*") if p.suffix in SUFFIXES and p.is_file())

    def run(self):
        for file in self.files():
            self.check_file(file.relative_to(self.root), file.read_text(encoding="utf-8"))
        for file in sorted((self.root / "src").rglob("CMakeLists.txt")):
            self.check_links(file.relative_to(self.root), file.read_text(encoding="utf-8"))
        self.check_presence()
        for path, token, _, number, used in self.table.allowed:
            if not used:
                self.findings.append(f"docs/layers.txt:{number}: nothing needs the exception {path} {token}")
        return self.findings

    def check_presence(self):
        """Modules and headers of the table are there, or planned."""
        named = {name: [self.root / folder for folder in self.table.folders[name]] for name in self.table.rows}
        named |= {header: [self.root / "include/keyway" / header] for header in self.table.headers}
        for name, places in named.items():
            there = any(place.exists() for place in places)
            if not there and name not in self.table.planned:
                self.findings.append(f"docs/layers.txt:1: {name} is not there; if it will be, a line 'planned' says so")
            if there and name in self.table.planned:
                self.findings.append(f"docs/layers.txt:1: {name} is there: take it out of the line 'planned'")
        for name in sorted(self.table.planned - set(named)):
            self.findings.append(f"docs/layers.txt:1: {name} is planned and is neither module nor header")

    def check_file(self, path, text):
        module = self.table.module_of(path)
        if module is None:
            self.report(path, 1, "belongs to no module of docs/layers.txt")
            return
        for number, line in enumerate(code_only(text).splitlines(), 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                self.check_include(path, module, number, match.group(1), match.group(2))
            else:
                self.check_identifiers(path, module, number, line)

    def check_include(self, path, module, number, quote, target):
        for members, token, reason in self.table.forbidden:
            if token.startswith("<") and module in members and self.include_matches(token, target, quote):
                if not self.table.excused(path, token):
                    self.report(path, number, f"{module} must not include <{target}>: {reason}")
        if quote == "<" and not target.startswith("keyway/"):
            return
        if target.startswith("keyway/"):
            header = target.removeprefix("keyway/")
            other = self.table.headers.get(header)
            if other is None:
                self.report(path, number, f"<{target}> belongs to no module of docs/layers.txt")
                return
        else:
            if path.parts[0] == "include":
                self.report(path, number, f"a public header must not include the private \"{target}\"")
                return
            other = self.included_module(path, target)
        if other is None:
            self.report(path, number, f"\"{target}\" belongs to no module of docs/layers.txt")
        elif other not in self.table.reach[module]:
            row = " ".join(self.table.rows[module]) or "nothing"
            self.report(path, number, f"{module} must not include \"{target}\" of {other}; its row is: {row}")

    def included_module(self, path, target):
        for candidate in (pathlib.PurePosixPath("src") / target, pathlib.PurePosixPath("tools") / target,
                          pathlib.PurePosixPath(path.parent.as_posix()) / target):
            other = self.table.module_of(candidate)
            if other and (self.root / candidate).exists():
                return other
        return self.table.module_of(pathlib.PurePosixPath("src") / target)

    @staticmethod
    def include_matches(token, target, quote):
        wanted = token[1:]
        if wanted.endswith(">"):
            return target == wanted[:-1]
        return target.startswith(wanted)

    def check_identifiers(self, path, module, number, line):
        for members, token, reason in self.table.forbidden:
            if token.startswith("<") or module not in members or not self.patterns[token].search(line):
                continue
            if not self.table.excused(path, token):
                self.report(path, number, f"{module} must not use {token}: {reason}")

    def check_links(self, path, text):
        for match in re.finditer(r"keyway_module\(\s*(\S+)(.*?)\)", re.sub(r"#[^\n]*", "", text), re.S):
            name, words = match.group(1), match.group(2).split()
            line = text[:text.find("keyway_module")].count("\n") + 1
            if name not in self.table.rows:
                self.report(path, line, f"{name} is no module of docs/layers.txt")
                continue
            links = words[words.index("LINKS") + 1:] if "LINKS" in words else []
            for link in links:
                if link.isupper():
                    break
                if link not in self.table.reach[name]:
                    self.report(path, line, f"{name} must not link {link}")


def picture(table):
    """The modules in levels, each above everything in its row; text of a Markdown block."""
    level = {}

    def depth(name):
        if name not in level:
            level[name] = 1 + max((depth(other) for other in table.rows[name]), default=-1)
        return level[name]
    for name in table.rows:
        depth(name)
    width = max(len(name) for name in table.rows)
    lines = ["```"]
    for rank in sorted(set(level.values()), reverse=True):
        names = [n for n in table.rows if level[n] == rank]
        for name in names:
            row = " ".join(direct(table, name)) or "-"
            lines.append(f"  {name:<{width}}  ->  {row}")
        if table.line in names:
            lines.append("  " + "-" * 40 + " sockets, threads and clocks above this line")
    return "\n".join(lines + ["```"])


def direct(table, name):
    """The row without what another member of the row reaches anyway."""
    row = table.rows[name]
    return [m for m in row if not any(m != other and m in table.reach[other] for other in row)]


def check_picture(root, table, write):
    file = root / "ARCHITECTURE.md"
    if not file.exists():
        return [] if write else ["ARCHITECTURE.md:1: is missing"]
    text = file.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        return [f"ARCHITECTURE.md:1: the markers {BEGIN} and {END} are missing"]
    head, rest = text.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    wanted = f"{head}{BEGIN}\n{picture(table)}\n{END}{tail}"
    if wanted == text:
        return []
    if write:
        file.write_text(wanted, encoding="utf-8")
        return []
    return [f"ARCHITECTURE.md:{head.count(chr(10)) + 1}: the picture is not that of docs/layers.txt; "
            "run scripts/check_layers.py --write"]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--write", action="store_true", help="write the picture into ARCHITECTURE.md")
    options = parser.parse_args(arguments)
    try:
        table = Table((options.root / "docs/layers.txt").read_text(encoding="utf-8"))
    except (OSError, TableError) as error:
        print(f"docs/layers.txt: {error}", file=sys.stderr)
        return 2
    checker = Checker(options.root, table)
    findings = checker.run() + check_picture(options.root, table, options.write)
    for finding in findings:
        print(finding)
    print(f"{len(table.rows)} modules, {sum(1 for _ in checker.files())} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
