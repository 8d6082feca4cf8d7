#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles each header alone, twice included: it must bring what it needs and guard itself.

  scripts/check_headers.py --compiler g++ -- -std=c++23 -Iinclude -Isrc
"""
import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def check(compiler, flags, header):
    base = ROOT / ("include" if header.parts[0] == "include" else "src")
    name = (ROOT / header).relative_to(base).as_posix()
    text = f'#include "{name}"\n#include "{name}"\n'
    done = subprocess.run([compiler, *flags, "-fsyntax-only", "-x", "c++", "-"], input=text, text=True,
                          capture_output=True, cwd=ROOT)
    return header, done.returncode, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("flags", nargs="*")
    options = parser.parse_args()
    headers = sorted(p.relative_to(ROOT) for top in ("include", "src") for p in (ROOT / top).rglob("*.h"))
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, code, errors in pool.map(lambda h: check(options.compiler, options.flags, h), headers):
            if code != 0:
                bad += 1
                print(f"{header} does not compile alone:\n{errors[:1500]}")
    print(f"{len(headers)} headers, {bad} do not compile alone")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
