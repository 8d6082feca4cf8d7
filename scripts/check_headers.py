#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles each header alone, twice included: it must bring what it needs and guard itself.

  scripts/check_headers.py --compiler g++ -- -std=c++23 -Iinclude -Isrc
  scripts/check_headers.py --only src ...
"""
import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOPS = ("include", "src")


def headers_of(root, tops):
    return sorted(p.relative_to(root) for top in tops for p in (root / top).rglob("*.h"))


def check(root, compiler, flags, header):
    """The compiler's complaints about a header that stands alone; empty if there are none."""
    name = header.relative_to(header.parts[0]).as_posix()
    done = subprocess.run([compiler, *flags, "-fsyntax-only", "-x", "c++", "-"], cwd=root, text=True,
                          input=f'#include "{name}"\n#include "{name}"\n', capture_output=True)
    return (done.stderr or f"exit {done.returncode}") if done.returncode != 0 else ""


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--only", choices=TOPS)
    parser.add_argument("flags", nargs="*")
    options = parser.parse_args(arguments)
    headers = headers_of(options.root, (options.only,) if options.only else TOPS)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda header: check(options.root, options.compiler, options.flags, header), headers))
    bad = [(header, errors) for header, errors in zip(headers, answers) if errors]
    for header, errors in bad:
        print(f"{header.as_posix()} does not compile alone:\n{errors[:1500]}")
    print(f"{len(headers)} headers, {len(bad)} do not compile alone")
    return 1 if bad or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
