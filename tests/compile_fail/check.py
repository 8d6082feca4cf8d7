#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles what must not compile and demands the expected complaint.

  check.py FILE.cpp -- COMPILER FLAGS...

The includes of the file are compiled once, ahead of the cases. A file has cases of this form; without any CASE_ defined it must compile, which is the control of every case in it:

  // case NAME: what the compiler must say, a regular expression
  #ifdef CASE_NAME
  wrong
  #else
  right
  #endif
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CASE = re.compile(r"// case (\w+): (.+)\n#ifdef CASE_(\w+)\n")


def run(*command):
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=100, env={**os.environ, "LC_ALL": "C"})
    return done.returncode, done.stdout


def precompile(command, text, folder):
    """Compiles the includes of a file into a header that both compilers take from beside its name."""
    header = folder / "includes.h"
    header.write_text("".join(line + "\n" for line in text.splitlines() if line.startswith("#include ")), encoding="utf-8")
    code, complaints = run(*command, "-x", "c++-header", header, "-o", f"{header}.gch")
    if code != 0:
        raise ValueError(f"the includes do not compile:\n{complaints}")
    return ["-include", header]


def compile_one(command, file, name):
    """(exit code, complaints) of one compilation; no name: the control."""
    return run(*command, "-fsyntax-only", *([f"-DCASE_{name}"] if name else []), file)


def judge(code, complaints, wanted):
    """What is wrong with a case, or nothing. The complaint must be an error, not a note behind another one."""
    if code == 0:
        return "compiles, but must not"
    errors = [line for line in complaints.splitlines() if "error:" in line]
    if not any(re.search(wanted, line) for line in errors):
        return f"is refused, but not because of '{wanted}':\n" + "\n".join(errors[:5])
    return None


def cases_of(text):
    cases = {}
    for name, wanted, defined in CASE.findall(text):
        if name != defined or name in cases:
            raise ValueError(f"case {name} is defined as CASE_{defined} or twice")
        cases[name] = wanted
    if not cases or len(cases) != text.count("#ifdef CASE_"):
        raise ValueError("no case, or one without its line '// case NAME: ...'")
    return cases


def check(file, command):
    text = file.read_text(encoding="utf-8")
    cases = cases_of(text)
    problems = []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        command = [*command, *precompile(command, text, pathlib.Path(folder))]
        runs = {name: pool.submit(compile_one, command, file, name) for name in [None, *cases]}
        code, complaints = runs[None].result()
        if code != 0:
            problems.append(f"the control does not compile:\n{complaints}")
        for name, wanted in cases.items():
            problem = judge(*runs[name].result(), wanted)
            print(f"{name}: {problem or 'refused as expected'}")
            if problem:
                problems.append(name)
    return problems


def main():
    split = sys.argv.index("--")
    file, command = pathlib.Path(sys.argv[1]), sys.argv[split + 1:]
    problems = check(file, command)
    if problems and problems[0].startswith("the control"):
        print(problems[0])
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
