#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every job of continuous integration, the same on a laptop.

  scripts/ci.py check            what ./check runs: asan (unit, pair, fuzz replay), then release (everything)
  scripts/ci.py clang tsan ...   these jobs, one after the other
  scripts/ci.py --list           all jobs with what they prove

Trees are under build/<preset>. Exit 0: every job passed; 1: a job failed; 2: a tool is missing.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SANITIZED = "unit|pair|property|fuzz"
PROTOCOL_MODULES = ("names", "wire", "schedule", "record", "pki", "session", "config", "handshake", "connection")


class Failed(Exception):
    """A job failed; the text says how."""


class Missing(Exception):
    """A tool is not there; the text says which package has it."""


def run(*command, quiet=False, env=None, cwd=ROOT):
    """Runs a command; a failure ends the job. Quiet commands are shown only when they fail."""
    words = [str(word) for word in command]
    environment = {**os.environ, **(env or {})}
    done = subprocess.run(words, cwd=cwd, env=environment, text=True,
                          stdout=subprocess.PIPE if quiet else None, stderr=subprocess.STDOUT if quiet else None)
    if done.returncode != 0:
        if quiet:
            print(done.stdout)
        raise Failed(f"{' '.join(words)}: exit {done.returncode}")
    return done.stdout or ""


def tool(name, package):
    path = shutil.which(name)
    if path is None:
        raise Missing(f"{name} is not installed; Debian has it in {package}")
    return path


def build(preset, *targets, options=()):
    """Configures and builds one preset; prints warnings and errors only."""
    tree = ROOT / "build" / preset
    begin = time.monotonic()
    run("cmake", "--preset", preset, *options, quiet=True)
    command = ["cmake", "--build", tree, "--parallel", str(os.cpu_count() or 2)]
    if targets:
        command += ["--target", *targets]
    with subprocess.Popen([str(w) for w in command], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        for line in process.stdout:
            if not re.match(r"\[\d+/\d+\]|ninja: |-- ", line):
                print(line, end="")
    if process.returncode != 0:
        raise Failed(f"the build of {preset} failed")
    print(f"built {preset} in {time.monotonic() - begin:.0f} s", flush=True)
    return tree


def ctest(tree, *arguments, env=None, jobs=None, none_is_failure=True):
    """Runs tests, shows what fails, returns ctest's summary line."""
    command = ["ctest", "--test-dir", str(tree), "--output-on-failure", "--no-label-summary", "--schedule-random",
               "-j", str(jobs or (os.cpu_count() or 2) + 1), *arguments]  # one more: some wait for their peers
    summary = None
    with subprocess.Popen(command, cwd=ROOT, text=True, errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}) as process:
        for line in process.stdout:
            if re.match(r"\d+% tests passed", line):
                summary = line.strip()
            if not re.match(r"\s*Start +\d+:|\s*\d+/\d+ Test +#.* Passed +|Internal ctest|Test project|\s*$", line):
                print(line, end="", flush=True)
    if summary is None and none_is_failure:
        raise Failed(f"no test ran: {' '.join(command)}")
    if process.returncode != 0:
        raise Failed(summary or "ctest failed")
    return summary


def job_check(options):
    """asan tree: unit, pair and fuzz replay tests; release tree with assertions: all tests"""
    print("== asan", flush=True)
    ctest(build("asan"), "-L", SANITIZED)
    print("== release", flush=True)
    print(ctest(build("release")), flush=True)


def job_release(options):
    """g++, optimised, with assertions: all tests"""
    ctest(build("release"))


def job_interop(options):
    """live peers: openssl, gnutls, NSS, Erlang, mbedTLS, wolfSSL, curl, Chromium"""
    ctest(build("release"), "-L", "interop")


def job_clang(options):
    """clang 19: builds everything, all tests"""
    tool("clang++-19", "clang-19 of apt.llvm.org")
    ctest(build("clang"))


def job_asan(options):
    """address and undefined-behaviour sanitizers: unit, pair, property, fuzz replay"""
    ctest(build("asan"), "-L", SANITIZED)


def job_tsan(options):
    """thread sanitizer: everything that has threads or answers from them"""
    tool("clang++-19", "clang-19 of apt.llvm.org")
    # glibc makes the threads of getaddrinfo_a itself, unseen by the sanitizer's runtime, which crashes in them.
    looks_up = "Resolve.TheSystemsLookUpsWorkWithinATimeOut:TcpTransport.UnknownNamesAreResolveFailed"
    ctest(build("tsan"), "-L", "unit|pair|net|socket",
          env={"GTEST_FILTER": "-" + looks_up, "TSAN_OPTIONS": "halt_on_error=1 second_deadlock_stack=1"})


def job_ct(options):
    """constant time: secrets poisoned under valgrind, with one test that must fail"""
    tool("valgrind", "valgrind")
    ctest(build("ct", "ct_checks"), "-L", "^ct$")


def job_fuzz_replay(options):
    """every corpus through its fuzzer, sanitized"""
    ctest(build("asan"), "-L", "fuzz")


def job_fuzz(options):
    """libFuzzer, --seconds for each target"""
    tool("clang++-19", "clang-19 of apt.llvm.org")
    tree = build("fuzz", "fuzzers")
    fuzzers = sorted(p for p in (tree / "bin").glob("fuzz_*") if os.access(p, os.X_OK) and not p.name.endswith("_seeds"))
    if not fuzzers:
        raise Failed("the fuzz tree has no fuzzers")
    for fuzzer in fuzzers:
        name = fuzzer.name.removeprefix("fuzz_")
        grown, seeds = tree / "corpus" / name, ROOT / "fuzz" / "corpora" / name
        if not seeds.is_dir():
            raise Failed(f"{name} has no seeds: there is no {seeds.relative_to(ROOT)}")
        grown.mkdir(parents=True, exist_ok=True)
        run(fuzzer, f"-max_total_time={options.seconds}", "-print_final_stats=1", "-timeout=10", "-rss_limit_mb=2048",
            f"-artifact_prefix={grown.parent}/{name}-", grown, seeds, quiet=True)
        print(f"{name}: {options.seconds} s, no finding", flush=True)


def job_coverage(options):
    """line coverage by module; protocol modules must have 90 %"""
    tree = build("coverage")
    for old in tree.rglob("*.gcda"):
        old.unlink()
    ctest(tree, "-L", SANITIZED + "|net|tool")
    lines = {}
    data = sorted(tree.rglob("*.gcda"))
    for start in range(0, len(data), 20):
        text = run("gcov", "--json-format", "--stdout", *data[start:start + 20], quiet=True, cwd=tree)
        for document in text.splitlines():
            if document.startswith("{"):
                collect_coverage(json.loads(document), lines)
    low = print_coverage(lines, options.verbose)
    if low:
        raise Failed("below 90 %: " + ", ".join(low))


def collect_coverage(document, lines):
    """Adds gcov's counts of one translation unit; a line is covered when any unit ran it."""
    base = pathlib.Path(document["current_working_directory"])
    for file in document["files"]:
        path = pathlib.Path(file["file"])
        path = path if path.is_absolute() else (ROOT / path if (ROOT / path).exists() else base / path)
        try:
            name = path.resolve().relative_to(ROOT).as_posix()
        except ValueError:
            continue
        if name.startswith(("src/", "include/")):
            counts = lines.setdefault(name, {})
            for line in file["lines"]:
                counts[line["line_number"]] = counts.get(line["line_number"], 0) + line["count"]


def print_coverage(lines, verbose):
    modules, low = {}, []
    for name, counts in lines.items():
        parts = name.split("/")
        module = parts[1] if parts[0] == "src" else "include"
        covered = sum(1 for count in counts.values() if count)
        total = modules.setdefault(module, [0, 0])
        total[0] += covered
        total[1] += len(counts)
        if verbose and covered < len(counts):
            missing = [str(n) for n, count in sorted(counts.items()) if not count]
            print(f"{name}: {covered}/{len(counts)}, not run: {' '.join(missing)}")
    for module, (covered, total) in sorted(modules.items()):
        share = 100 * covered / max(total, 1)
        print(f"{module:<12} {covered:>6} of {total:>6} lines  {share:5.1f} %")
        if module in PROTOCOL_MODULES and share < 90:
            low.append(module)
    return low


def job_no_legacy(options):
    """KEYWAY_LEGACY=OFF builds and passes"""
    ctest(build("no-legacy"))


def job_evp_only(options):
    """KEYWAY_CRYPTO_EVP_ONLY=ON builds and passes"""
    ctest(build("evp-only"))


def sources(*suffixes):
    tops = ("include", "src", "tools", "tests", "bench", "fuzz", "examples")
    return sorted(p.relative_to(ROOT).as_posix() for top in tops for p in (ROOT / top).rglob("*") if p.suffix in suffixes)


def job_tidy(options):
    """clang-tidy with .clang-tidy over src and tools"""
    tidy = tool("clang-tidy-19", "clang-tidy-19 of apt.llvm.org")
    run("cmake", "--preset", "clang", quiet=True)
    files = [name for name in sources(".cpp") if name.startswith(("src/", "tools/"))]
    failed = []
    workers, waiting = [], list(files)
    while waiting or workers:
        while waiting and len(workers) < (os.cpu_count() or 2):
            name = waiting.pop(0)
            workers.append((name, subprocess.Popen([tidy, "--quiet", "-p", "build/clang", name], cwd=ROOT, text=True,
                                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)))
        name, process = workers.pop(0)
        text, _ = process.communicate()
        if process.returncode != 0 or "warning:" in text or "error:" in text:
            failed.append(name)
            print(text)
    if failed:
        raise Failed(f"clang-tidy: findings in {len(failed)} of {len(files)} files")


def job_format(options):
    """clang-format with .clang-format; --fix rewrites"""
    formatter = tool("clang-format-19", "clang-format-19 of apt.llvm.org")
    files = sources(".h", ".cpp")
    if files:
        run(formatter, *(["-i"] if options.fix else ["--dry-run", "--Werror"]), *files)


def job_layers(options):
    """includes, forbidden identifiers and links against docs/layers.txt; file heads, lengths"""
    scripts = ROOT / "scripts"
    run(sys.executable, scripts / "check_layers.py")
    run(sys.executable, scripts / "test_check_layers.py", cwd=scripts, quiet=True)
    run(sys.executable, scripts / "check_style.py")


def job_headers(options):
    """each header compiles alone"""
    build("release", "header_checks")


def job_install(options):
    """installs to a folder, builds and runs a consumer with find_package and with pkg-config"""
    ctest(build("release"), "-L", "install")


def job_bogo(options):
    """BoGo: --runner PATH is the compiled runner (go test -c in boringssl/ssl/test/runner), started in its folder"""
    if not options.runner:
        raise Missing("job bogo needs --runner PATH: `go test -c -o runner.test` in ssl/test/runner of BoringSSL")
    tree = build("release", "bogo_shim")
    arguments = ["--runner", options.runner, "--shim", tree / "bin" / "bogo_shim"]
    for name in ("runner_folder", "scope", "only"):
        if getattr(options, name):
            arguments += [f"--{name.replace('_', '-')}", getattr(options, name)]
    run(sys.executable, ROOT / "scripts" / "bogo.py", *arguments, cwd=pathlib.Path.cwd())


def job_gate(options):
    """instruction counts and allocations against the accepted ones"""
    tool("valgrind", "valgrind")
    ctest(build("release"), "-L", "gate")


def job_docs(options):
    """links, commands and snippets of the documents, RFC edges and coverage, parity table"""
    scripts = ROOT / "scripts"
    for script in ("check_docs.py", "check_edges.py", "check_parity.py"):
        run(sys.executable, scripts / script)
    run(sys.executable, scripts / "check_snippets.py", "--", "-std=c++23", "-Iinclude")
    run(sys.executable, scripts / "rfc_coverage.py", "--complete")


JOBS = {name.removeprefix("job_").replace("_", "-"): function
        for name, function in list(globals().items()) if name.startswith("job_")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("jobs", nargs="*", metavar="job", help="see --list")
    parser.add_argument("--list", action="store_true", help="all jobs, with what they prove")
    parser.add_argument("--runner", help="bogo: path of the compiled runner")
    parser.add_argument("--runner-folder", help="bogo: ssl/test/runner of BoringSSL, if the runner is not in it")
    parser.add_argument("--scope", help="bogo: JSON list of names to count over as well")
    parser.add_argument("--only", help="bogo: names or patterns of tests")
    parser.add_argument("--seconds", type=int, default=60, help="fuzz: time for each target")
    parser.add_argument("--fix", action="store_true", help="format: rewrite the files")
    parser.add_argument("--verbose", action="store_true", help="coverage: name the lines that did not run")
    options = parser.parse_args()
    if options.list or not options.jobs:
        for name, function in JOBS.items():
            print(f"{name:<12} {function.__doc__}")
        return 0
    unknown = [name for name in options.jobs if name not in JOBS]
    if unknown:
        print(f"no job {' '.join(unknown)}; jobs: {' '.join(JOBS)}", file=sys.stderr)
        return 2
    try:
        for name in options.jobs:
            if len(options.jobs) > 1:
                print(f"== {name}", flush=True)
            JOBS[name](options)
    except Failed as failure:
        print(f"failed: {failure}", file=sys.stderr)
        return 1
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
