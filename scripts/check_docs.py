#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the documents: links lead somewhere, files that are named exist, and so do the commands that are shown.

  scripts/check_docs.py

In ARCHITECTURE.md the ends of paths count as well: `receive.cpp`, `negotiation/`. Commands are `scripts/...` with the jobs of ci.py, `build/release/bin/...` with what CMake builds, and `keyway ...` with the
commands and options of the command line.
"""
import pathlib
import re
import sys

import ci

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:docs|scripts|src|include|tests|tools|cmake|bench|fuzz|examples)/[\w./-]+)`")
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:h|cpp|py|txt|md|json))`")
PLAIN_FENCE = re.compile(r"^```(?:sh|bash)?$")


def built_programs(root):
    """Names of executables that CMake makes."""
    names = set()
    for file in [root / "CMakeLists.txt", *root.glob("*/**/CMakeLists.txt")]:
        if "build" not in file.relative_to(root).parts:
            text = file.read_text(encoding="utf-8")
            names.update(re.findall(r"add_executable\(\s*(\w+)", text))
            names.update(re.findall(r"OUTPUT_NAME\s+(\w+)", text))
    return names


def command_line(root):
    """Commands and options of the tool, read from where CLI11 is told of them."""
    text = "".join(file.read_text(encoding="utf-8") for file in sorted((root / "tools/keyway").glob("*.cpp")))
    commands = set(re.findall(r'add_subcommand\(\s*"([\w-]+)"', text))
    options = set(re.findall(r"--[\w-]+", " ".join(re.findall(r'add_(?:option|flag)\w*\(\s*"([^"]+)"', text))))
    return commands, options | {"--help"}


def commands_of(line, fenced):
    """The commands of a line: the line itself in a block, else what stands in backquotes."""
    parts = line.split("#")[:1] if fenced else re.findall(r"`([^`]+)`", line)
    for part in parts:
        yield from re.split(r"&&|\||;", part)


class Commands:
    def __init__(self, root):
        self.programs, (self.commands, self.options) = built_programs(root), command_line(root)

    def problems(self, command, root):
        words = command.split()
        if not words:
            return
        name = words[0].removeprefix("./")
        if name.startswith("scripts/") and not (root / name).exists():
            yield f"{name} does not exist"
        if name == "scripts/ci.py":
            jobs = [word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word)]
            yield from (f"ci.py has no job {job}" for job in jobs if job not in ci.JOBS)
        if name.startswith("build/") and "/bin/" in name and name.rpartition("/")[2] not in self.programs:
            yield f"{name} is not built by CMake"
        if name in ("keyway", "build/release/bin/keyway") and len(words) > 1:
            if re.fullmatch(r"[a-z-]+", words[1]) and not words[1].startswith("-") and words[1] not in self.commands:
                yield f"keyway has no command {words[1]}"
            yield from (f"keyway has no option {word}" for word in words[1:]
                        if word.startswith("--") and word.split("=")[0] not in self.options)


def tree_of(root):
    """Every path of the tree, and every end of one."""
    ends = set()
    for top in ("docs", "include", "src", "tests", "tools", "examples", "scripts", "bench", "fuzz", "cmake"):
        for path in (root / top).rglob("*"):
            parts = path.relative_to(root).parts
            if "__pycache__" not in parts:
                ends.update("/".join(parts[i:]) for i in range(len(parts)))
        ends.add(top)
    return ends


def named_paths(line, planned):
    """Paths, whole or their ends, that are named as planned, or not. What is not built yet says so: `dtls/` (planned)."""
    return [match.group(1) for match in PATH.finditer(line) if line[match.end():].startswith(" (planned") == planned]


def is_there(path, ends):
    return path.rstrip("/").removeprefix("../") in ends


def missing_paths(line, ends):
    return [path for path in named_paths(line, planned=False) if not is_there(path, ends)]


def built_plans(line, ends):
    """What is said to be planned and is there."""
    return [path for path in named_paths(line, planned=True) if is_there(path, ends)]


def check(root):
    problems = []
    ends = tree_of(root)
    commands = Commands(root)
    files = sorted(root.glob("*.md")) + sorted((root / "docs").rglob("*.md")) + sorted((root / "tests").rglob("*.md"))
    for file in files:
        fence = None
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            where = f"{file.relative_to(root).as_posix()}:{number}"
            if line.lstrip().startswith("```"):
                fence = None if fence is not None else line.strip()
                continue
            if fence is None:
                links = [t for t in LINK.findall(line) if "://" not in t and not t.startswith("mailto:")]
                wrong = [t for t in links if not (file.parent / t).exists()]
                wrong += [t for t in NAMED.findall(line) if not (root / t.rstrip(".")).exists()]
                if file == root / "ARCHITECTURE.md":
                    wrong += [t for t in missing_paths(line, ends) if t not in wrong]
                problems += [f"{where}: {target} does not exist" for target in wrong]
                problems += [f"{where}: {path} is planned no longer: it is there" for path in built_plans(line, ends)]
            if fence is None or PLAIN_FENCE.match(fence):
                for command in commands_of(line, fence is not None):
                    problems += [f"{where}: {problem}" for problem in commands.problems(command, root)]
    return problems, len(files)


def main():
    problems, count = check(ROOT)
    for problem in problems:
        print(problem)
    print(f"{count} documents, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
