#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one case of ct_checks under valgrind and says whether time could depend on a secret.

  check.py clean BINARY CASE     the case must run without a report
  check.py leaking BINARY CASE   the case must be reported: proves that a leak is seen
"""
import subprocess
import sys

REPORTED = 99
KINDS = ("Conditional jump or move depends on uninitialised value", "Use of uninitialised value of size")


def main():
    expected, binary, case = sys.argv[1:]
    done = subprocess.run(["valgrind", "--tool=memcheck", "--leak-check=no", f"--error-exitcode={REPORTED}", binary, case],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=280)
    seen = any(kind in done.stdout for kind in KINDS)
    if f"{case}: done" not in done.stdout:
        print(done.stdout)
        print(f"{case} did not come to its end")
        return 1
    if expected == "leaking":
        if done.returncode == REPORTED and seen:
            print(f"{case}: reported, as it must be")
            return 0
        print(done.stdout)
        print(f"{case} leaks and was not reported: exit {done.returncode}")
        return 1
    if done.returncode != 0 or seen:
        print(done.stdout)
        print(f"{case}: time depends on a secret")
        return 1
    print(f"{case}: nothing reported")
    return 0


if __name__ == "__main__":
    sys.exit(main())
