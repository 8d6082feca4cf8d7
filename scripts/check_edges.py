#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks docs/rfc/rfc8446.edges (or other FILEs of that form, as one): contracting our local edges must leave what the RFC draws,
appendix A of RFC 8446, without the edges that the file names as not built, no more and no less. What the marks mean is at the
head of that file.

  scripts/check_edges.py [FILE...]
"""
import collections
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Role:
    """What the file says about one role: edges by mark, our names for states, where our machines begin."""

    def __init__(self):
        self.edges = {mark: [] for mark in "A!.*+"}
        self.names, self.begins = {}, []


def read(text):
    roles, problems = collections.defaultdict(Role), []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        mark, role = words[0], roles[words[1]] if len(words) > 1 else None
        edge = tuple(words[2:5])
        if mark in ("A", ".", "*", "+") and len(words) == 5 or mark == "!" and len(words) > 5:
            if edge in role.edges[mark] or mark in ".*+" and any(edge in role.edges[other] for other in ".*+"):
                problems.append(f"line {number}: written twice")
            role.edges[mark].append(edge)
        elif mark == "=" and len(words) == 4:
            role.names[words[2]] = words[3]
        elif mark == ">" and len(words) == 3:
            role.begins.append(words[2])
        else:
            problems.append(f"line {number}: cannot read '{line}'" + (" (no reason?)" if mark == "!" else ""))
    return roles, problems


def contract(edges, silent):
    """Edges on messages only: every state that a silent edge leaves is replaced by where the silent edges lead."""
    leads = collections.defaultdict(set)
    for state, _, target in silent:
        leads[state].add(target)

    def settle(state, seen=()):
        if state not in leads:
            return {state}
        return set().union(*(settle(target, seen + (state,)) for target in leads[state] if target not in seen + (state,)))
    return {(state, message, end) for state, message, target in edges for end in settle(target)}, settle


def contract_appendix(edges):
    return contract([edge for edge in edges if edge[1] != "-"], [edge for edge in edges if edge[1] == "-"])


def check_late(role, name, problems):
    """Edges after the handshake begin and end in CONNECTED or in states that the appendix does not know."""
    known = {state for state, drawn in role.names.items() if drawn != "CONNECTED"}
    during = {state for mark in ".*" for edge in role.edges[mark] for state in (edge[0], edge[2])}
    for state, message, end in role.edges["+"]:
        for place in (state, end):
            if place in known or (place in during and role.names.get(place) != "CONNECTED"):
                problems.append(f"{name}: {state} {message} {end} is no post-handshake edge: {place} belongs to the handshake")


def check_role(role, name):
    problems = []
    drawn = set(role.edges["A"])
    for edge in role.edges["!"]:
        if edge not in drawn:
            problems.append(f"{name}: {' '.join(edge)} is marked as not built, but the appendix does not draw it")
    for state in {edge[0] for edge in role.edges["."]} & {edge[0] for edge in role.edges["*"]}:
        problems.append(f"{name}: {state} is left by messages of the peer and by local edges")
    ours, settle = contract(role.edges["."], role.edges["*"])
    begins = set().union(*(settle(state) for state in role.begins))
    for state in sorted({state for edge in ours for state in (edge[0], edge[2])} | begins):
        if state not in role.names:
            problems.append(f"{name}: {state} stands for no state of the appendix")
    called = lambda state: role.names.get(state, "?")
    ours = {(called(state), message, called(end)) for state, message, end in ours}
    expected, settle = contract_appendix(drawn - set(role.edges["!"]))
    for edge in sorted(ours - expected):
        problems.append(f"{name}: {' '.join(edge)} is ours and not of the appendix")
    for edge in sorted(expected - ours):
        problems.append(f"{name}: {' '.join(edge)} is of the appendix and not ours")
    if {called(state) for state in begins} != settle("START"):
        problems.append(f"{name}: our machines begin elsewhere than the appendix")
    for edge in role.edges["!"]:
        if contract_appendix(drawn - (set(role.edges["!"]) - {edge}))[0] == expected:
            problems.append(f"{name}: {' '.join(edge)} is marked as not built without need")
    check_late(role, name, problems)
    return problems


def check(text):
    roles, problems = read(text)
    for name, role in sorted(roles.items()):
        problems += check_role(role, name)
    count = sum(len(role.edges[mark]) for role in roles.values() for mark in ".*+")
    missing = sum(len(role.edges["!"]) for role in roles.values())
    return problems, count, missing


def main():
    files = [pathlib.Path(name) for name in sys.argv[1:]] or [ROOT / "docs/rfc/rfc8446.edges"]
    problems, count, missing = check("".join(file.read_text(encoding="utf-8") for file in files))
    for problem in problems:
        print(f"{files[0].name}: {problem}")
    print(f"{count} edges of ours, {missing} of the appendix not built, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
