#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks docs/rfc/rfc8446.edges: contracting our local edges must leave appendix A of RFC 8446, no more and no less.

  scripts/check_edges.py [FILE]
"""
import collections
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def read(text):
    """mark -> role -> list of (state, message, state); names: role -> our state -> state of the appendix."""
    edges = {mark: collections.defaultdict(list) for mark in "A.*+"}
    names, problems = collections.defaultdict(dict), []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if words[0] in edges and len(words) == 5:
            edge = tuple(words[2:])
            if edge in edges[words[0]][words[1]]:
                problems.append(f"line {number}: written twice")
            edges[words[0]][words[1]].append(edge)
        elif words[0] == "=" and len(words) == 4:
            names[words[1]][words[2]] = words[3]
        else:
            problems.append(f"line {number}: cannot read '{line}'")
    return edges, names, problems


def contract(edges, local):
    """Edges on messages, with every state that only a question leaves replaced by where its answers lead."""
    leads = collections.defaultdict(set)
    for state, _, target in local:
        leads[state].add(target)

    def settle(state, seen=()):
        if state not in leads or state in seen:
            return {state}
        return set().union(*(settle(target, seen + (state,)) for target in leads[state]))
    return {(state, message, end) for state, message, target in edges for end in settle(target)}


def paths(appendix, state, message, end, received=False, used=()):
    """Ways through the appendix from state to end on which exactly `message` is received, once."""
    if received and state == end:
        yield used
    for edge in appendix:
        if edge[0] != state or edge in used:
            continue
        if edge[1] == "-":
            yield from paths(appendix, edge[2], message, end, received, used + (edge,))
        elif edge[1] == message and not received:
            yield from paths(appendix, edge[2], message, end, True, used + (edge,))


def check(text):
    edges, names, problems = read(text)
    for role in sorted(edges["A"]):
        appendix, covered = edges["A"][role], set()
        for state, message, end in sorted(contract(edges["."][role], edges["*"][role])):
            if state not in names[role] or end not in names[role]:
                unknown = state if state not in names[role] else end
                problems.append(f"{role}: {unknown} stands for no state of the appendix")
                continue
            found = list(paths(appendix, names[role][state], message, names[role][end]))
            if not found:
                problems.append(f"{role}: {state} {message} {end} is no path of the appendix")
            for path in sorted(found, key=len)[:1]:
                covered.update(path)
        for edge in appendix:
            if edge not in covered:
                problems.append(f"{role}: nothing of ours uses {' '.join(edge)} of the appendix")
    count = sum(len(e) for mark in ".*+" for e in edges[mark].values())
    return problems, count


def main():
    file = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/rfc/rfc8446.edges"
    problems, count = check(file.read_text(encoding="utf-8"))
    for problem in problems:
        print(f"{file.name}: {problem}")
    print(f"{count} edges, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
