#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares instructions and allocations of tests/gate's workload with the accepted ones.

  gate.py --workload BIN --form FORM instructions   own instructions under callgrind, 1 % either way
  gate.py --workload BIN --form FORM allocations    calls of operator new, exactly
  gate.py --workload BIN --form FORM proof          the workload does more than it says: that must be found
  gate.py --workload BIN --form FORM accept         writes what it is now into tests/gate/accepted.json

Counted is code of this project alone: what lies in the workload's own object, without the files under tests/. libcrypto,
libc and libstdc++ have other instructions on other machines. A count that fell is a difference, too: accept it, so that
the gate stays close. Exit 0: as accepted; 1: different; 2: cannot count.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
ACCEPTED = ROOT / "tests" / "gate" / "accepted.json"
TOLERANCE = 0.01
NAME = re.compile(r"\((\d+)\)(?: (.*))?")


class CannotCount(Exception):
    """The counts could not be taken; the text says why."""


class Names:
    """callgrind writes a name once and its number afterwards."""

    def __init__(self):
        self.known = {}

    def of(self, text):
        match = NAME.match(text)
        if match is None:
            return text
        if match.group(2) is not None:
            self.known[match.group(1)] = match.group(2).strip()
        return self.known[match.group(1)]


def module_of(path):
    """The module of a source path: "connection", "crypto/openssl"; headers of the compiler are "templates"."""
    match = re.search(r"(?:^|/)(src|include)/(.*)$", path)
    if match is None or "/usr/" in path or path.startswith("/usr"):
        return "templates"
    if match.group(1) == "include":
        return "include"
    parts = match.group(2).split("/")
    return "/".join(parts[:2]) if parts[0] in ("crypto", "handshake") and len(parts) > 2 else parts[0]


def parse(lines, workload):
    """(section, module -> own instructions) of one dump. `workload` is the name of the object that is ours."""
    objects, files, functions = Names(), Names(), Names()
    section, counts = None, collections.Counter()
    ours, module, tests, call = False, "templates", False, False
    for line in lines:
        key, _, value = line.rstrip("\n").partition("=")
        if line.startswith("desc: Trigger: Client Request: "):
            section = line.removeprefix("desc: Trigger: Client Request: ").strip()
        elif key == "ob":
            ours = pathlib.Path(objects.of(value)).name == workload
        elif key == "fl":
            path = files.of(value)
            module, tests = module_of(path), "tests/" in path
        elif key in ("fi", "fe", "cfi", "cfl"):
            files.of(value)
        elif key == "cob":
            objects.of(value)
        elif key == "fn":
            name = functions.of(value)
            tests_now = tests or "keyway::test::" in name or "anonymous namespace)::Pair" in name
            counted = ours and not tests_now
        elif key == "cfn":
            functions.of(value)
        elif key == "calls":
            call = True
        elif re.match(r"[+\-*\d]", line):
            if call:  # what the callee cost is counted where it was spent
                call = False
            elif counted:
                counts[module] += int(line.split()[1])
    return section, counts


def instructions(workload, *more):
    with tempfile.TemporaryDirectory(prefix="keyway-gate-") as folder:
        out = pathlib.Path(folder) / "callgrind"
        command = ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--compress-pos=no", f"--callgrind-out-file={out}",
                   str(workload), "instructions", *more]
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise CannotCount(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}")
        sections = {}
        for dump in sorted(pathlib.Path(folder).glob("callgrind.*")):
            with open(dump, encoding="utf-8", errors="replace") as lines:
                section, counts = parse(lines, pathlib.Path(workload).name)
            if section is not None:
                sections[section] = dict(sorted(counts.items()))
    if not sections or not all(sum(counts.values()) for counts in sections.values()):
        raise CannotCount("callgrind counted nothing")
    return sections


def allocations(workload, *more):
    done = subprocess.run([str(workload), "allocations", *more], text=True, stdout=subprocess.PIPE)
    if done.returncode != 0:
        raise CannotCount(f"{workload} allocations: exit {done.returncode}")
    return json.loads(done.stdout)


def compare_instructions(now, accepted):
    """Sentences about every difference."""
    findings = [f"{name}: counted but not accepted" for name in now.keys() - accepted.keys()]
    findings += [f"{name}: accepted but not counted" for name in accepted.keys() - now.keys()]
    for name in sorted(now.keys() & accepted.keys()):
        was, is_now = sum(accepted[name].values()), sum(now[name].values())
        if abs(is_now - was) <= TOLERANCE * was:
            continue
        findings.append(f"{name}: {is_now} instructions, accepted are {was} ({100 * (is_now - was) / was:+.1f} %)")
        for module in sorted(now[name].keys() | accepted[name].keys()):
            change = now[name].get(module, 0) - accepted[name].get(module, 0)
            if change:
                findings.append(f"    {module:<24} {change:+d}")
    return findings


def compare_allocations(now, accepted):
    return [f"{name}: {now.get(name)} allocations, accepted are {accepted.get(name)}"
            for name in sorted(now.keys() | accepted.keys()) if now.get(name) != accepted.get(name)]


def load(form):
    everything = json.loads(ACCEPTED.read_text(encoding="utf-8"))
    if form not in everything:
        raise CannotCount(f"{ACCEPTED.relative_to(ROOT)} has nothing about {form}: look at the counts, then accept them")
    return everything[form]


def accept(workload, form):
    everything = json.loads(ACCEPTED.read_text(encoding="utf-8")) if ACCEPTED.exists() else {}
    everything[form] = {"instructions": instructions(workload), "allocations": allocations(workload)}
    ACCEPTED.write_text(json.dumps(everything, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {ACCEPTED.relative_to(ROOT)}")
    return 0


def check(findings, passed):
    if not findings:
        print(passed)
        return 0
    print("\n".join(findings))
    print("if this is meant: scripts/gate.py --workload ... --form ... accept, and say why in the commit")
    return 1


def prove(workload, form):
    """Both comparisons must find what one more of everything costs."""
    accepted = load(form)
    more = instructions(workload, "more")
    silent = [name for name in accepted["instructions"]
              if not any(finding.startswith(name + ":") for finding in compare_instructions(more, accepted["instructions"]))]
    if not compare_allocations(allocations(workload, "more"), accepted["allocations"]):
        silent.append("allocations")
    if silent:
        print("growth was not found in: " + ", ".join(silent))
        return 1
    print("growth is found in every section and in the allocations")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workload", required=True, type=pathlib.Path)
    parser.add_argument("--form", required=True, choices=("low-level", "evp-only"))
    parser.add_argument("what", choices=("instructions", "allocations", "proof", "accept"))
    options = parser.parse_args()
    try:
        if options.what == "accept":
            return accept(options.workload, options.form)
        if options.what == "proof":
            return prove(options.workload, options.form)
        accepted = load(options.form)
        if options.what == "instructions":
            now = instructions(options.workload)
            return check(compare_instructions(now, accepted["instructions"]),
                         ", ".join(f"{name}: {sum(counts.values())}" for name, counts in now.items()))
        now = allocations(options.workload)
        return check(compare_allocations(now, accepted["allocations"]), json.dumps(now))
    except (CannotCount, OSError, KeyError) as problem:
        print(f"cannot count: {problem}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
