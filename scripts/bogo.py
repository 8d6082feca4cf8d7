#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs BoGo against our shim and says what stands: by list and by scope.

  scripts/bogo.py --runner PATH --shim PATH            everything the runner has; exit 1 if a test of the list fails
  scripts/bogo.py ... --scope FILE                     counts also over FILE, a JSON list of names
  scripts/bogo.py ... --only 'Resume-*;KeyUpdate-*'    these tests alone, with the runner's own words

The list is what bogo_scope.py leaves: TLS as it is built. A test is passed, failed, refused by the shim (exit 89) or
switched off by tools/bogo_shim/config.json, which says why.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import bogo_scope

CONFIG = pathlib.Path(__file__).resolve().parent.parent / "tools/bogo_shim/config.json"
OUTCOMES = {"PASS": "passed", "FAIL": "failed", "SKIP": "refused (89)"}
OFF = "off with a reason"


class Runner:
    def __init__(self, options):
        self.program = pathlib.Path(options.runner).resolve()
        self.folder = pathlib.Path(options.runner_folder).resolve() if options.runner_folder else self.program.parent
        self.shim = pathlib.Path(options.shim).resolve()

    def __call__(self, *arguments, show):
        """Results by name, and what the runner said about failures."""
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "results.json"
            command = [self.program, f"-shim-path={self.shim}", f"-shim-config={CONFIG}", "-allow-unimplemented", "-pipe",
                       f"-num-workers={os.cpu_count() or 2}", f"-json-output={output}", *arguments]
            done = subprocess.run([str(word) for word in command], cwd=self.folder, text=True, check=False,
                                  stdout=None if show else subprocess.PIPE, stderr=None if show else subprocess.STDOUT)
            if not output.exists():
                raise SystemExit(f"the runner gave no results:\n{done.stdout or ''}")
            tests = json.loads(output.read_text())["tests"]
            return {name: result["actual"] for name, result in tests.items()}, done.stdout or ""


def words_about(name, log):
    """The runner's paragraph about a failed test."""
    begin = log.find(f"FAILED ({name})\n")
    if begin < 0:
        return name
    ends = [end for end in (log.find(f"\n{word} (", begin + 1) for word in ("FAILED", "UNIMPLEMENTED")) if end > 0]
    return log[begin:min(ends, default=len(log))].strip()


def table(title, names, outcome):
    counted = collections.Counter(outcome.get(name, "unknown to this runner") for name in names)
    figures = ", ".join(f"{counted[word]} {word}" for word in (*OUTCOMES.values(), OFF, "unknown to this runner") if counted[word])
    print(f"{title}: {len(names)} tests: {figures}")
    return counted


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runner", required=True, help="the compiled runner: go test -c in ssl/test/runner of BoringSSL")
    parser.add_argument("--runner-folder", help="ssl/test/runner of BoringSSL, if the runner is not in it")
    parser.add_argument("--shim", required=True, help="bin/bogo_shim of a build")
    parser.add_argument("--scope", help="JSON list of names to count over as well")
    parser.add_argument("--only", help="names or patterns, separated by semicolons")
    options = parser.parse_args()
    runner = Runner(options)
    if options.only:
        results, _ = runner(f"-test={options.only}", show=True)
        return 1 if "FAIL" in results.values() else 0

    results, log = runner(show=False)
    outcome = {name: OUTCOMES[result] for name, result in results.items()}
    off = json.loads(CONFIG.read_text())["DisabledTests"]
    switched_off, _ = runner("-include-disabled", f"-test={';'.join(off)}", show=False)
    outcome |= {name: OFF for name in switched_off}

    scope = json.loads(pathlib.Path(options.scope).read_text()) if options.scope else sorted(outcome)
    reasons = {name: bogo_scope.excluded(name) for name in scope}
    listed = [name for name in scope if reasons[name] is None]
    if options.scope:
        table("the whole scope", scope, outcome)
        for reason in bogo_scope.PATTERNS:
            table(f"  {reason}", [name for name in scope if reasons[name] == reason], outcome)
    counted = table("TLS as it is built", listed, outcome)
    failed = [name for name in listed if outcome.get(name) == "failed"]
    for name in failed:
        print(words_about(name, log))
    refused = [name for name in listed if outcome.get(name) == "refused (89)"]
    if refused and options.scope:
        print("refused:", " ".join(refused))
    return 1 if failed or not counted["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
