"""`make mutants`: break what guards in every small way, and list what no test notices.

mutmut makes the mutants, all of them beside the function that each breaks. They are tried in
forks of one process that has collected the tests, since a start of pytest for each would take
longer than the tests. A mutant meets the tests of its module that reach its function, the quick
ones first: that is why `TESTS` names few for each.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest
from hypothesis import is_hypothesis_test
from mutmut.__main__ import create_mutants
from mutmut.configuration import config
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.file_utils import (
    copy_also_copy_files,
    copy_src_dir,
    setup_source_paths,
)

TESTS = {
    "cafleet_core/push/script": (
        *("push/test_script", "push/test_script_conditions", "push/test_refusal"),
    ),
    "cafleet_core/push/refusal": ("push/test_refusal", "push/test_script"),
    "cafleet_core/panes/reading/classify": (
        *("core/test_state", "core/test_sight", "core/test_sources"),
    ),
    "cafleet_core/panes/reading/fuse": (
        *("core/test_state", "core/test_sight", "core/test_limits"),
    ),
    "cafleet_core/panes/reading/opened": ("core/test_opened",),
    "cafleet_core/panes/reading/secret": ("core/test_secret",),
    "cafleet_core/storage/new_tasks": (
        *("core/test_tasks", "core/test_messages", "core/test_broadcasts"),
        *("core/test_events", "core/test_search"),
    ),
    "cafleet_core/storage/tasks": (
        *("core/test_tasks", "core/test_messages", "core/test_broadcasts"),
        "core/test_identity",
    ),
    "cafleet_core/storage/unsettled_tasks": (
        *("core/test_tasks", "core/test_messages", "core/test_agents"),
    ),
    "cafleet_core/broker/directory/authority": ("core/test_authority",),
    "cafleet_core/broker/directory/callers": (
        *("core/test_callers", "core/test_surroundings", "core/test_identity"),
    ),
    "cafleet_core/broker/directory/identity": (
        *("core/test_identity", "core/test_callers", "core/test_surroundings"),
        *("core/test_agents", "core/test_sessions", "core/test_broadcasts"),
        "cli/test_suggestions",
    ),
    "cafleet_core/broker/directory/origin": ("core/test_callers",),
    "cafleet_core/broker/directory/sender_keys": (
        *("core/test_authority", "core/test_callers"),
    ),
    "cafleet_core/broker/delivery/policy": ("push/test_policy",),
    "cafleet_core/broker/delivery/type_now": (
        *("push/test_prompting", "push/test_answering", "push/test_submitted"),
    ),
    "cafleet_core/broker/team/answer": (
        *("push/test_answering", "push/test_prompting", "push/test_served_inbox"),
    ),
    "cafleet_tui/server/guard": ("server/test_guard",),
}
"""The fast tests of each module that guards, which run in the test's own process: a mutant is
not followed into others."""

_FOLDER = Path("mutants")
_RESULTS = "results.tsv"
_SECONDS = 30
_SLOWER = 10
"""Tests may take so much longer with a mutant than without, and that many seconds: one that hangs
is noticed, too, and a busy machine kills none."""


class Verdicts:
    """Notices the first test that fails, and how long each takes."""

    def __init__(self) -> None:
        self.failed = ""
        self.seconds = 0.0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in one phase of a test."""
        self.seconds += report.duration
        if report.failed:
            self.failed = self.failed or report.nodeid


class Reach(NamedTuple):
    """What a test does without a mutant: the functions that it reaches, its seconds, its failure."""

    functions: list[str]
    seconds: float
    failed: str


def main() -> int:
    """Make the mutants of the modules that the command line names, or of all, and try them."""
    without = {f"{name}.py" for name in TESTS} ^ set(config().only_mutate)
    if without:
        print(f"either pyproject.toml or TESTS does not name {', '.join(without)}")
        return 2
    chosen = [name for name in TESTS if _is_wanted(name, sys.argv[1:])]
    set_mutant_under_test("mutant_generation")
    _FOLDER.mkdir(exist_ok=True)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        copy_src_dir()
        copy_also_copy_files()
        setup_source_paths()
        create_mutants(os.cpu_count() or 1)
    files = dict.fromkeys(f"tests/{test}.py" for name in chosen for test in TESTS[name])
    options = ("--rootdir=.", "-q", "-p", "tests.mutants", "--numprocesses=0")
    quiet = ("-p", "no:cacheprovider", "-p", "no:unraisableexception")
    first_example = "--hypothesis-profile=mutants"
    return subprocess.run(
        (
            *(sys.executable, "-m", "pytest", *options, *quiet, first_example),
            *("--engine=sqlite", *files),
        ),
        cwd=_FOLDER,
        env={**os.environ, "MUTANT_UNDER_TEST": "", "MUTANT_MODULES": " ".join(chosen)},
        check=False,
    ).returncode


def _is_wanted(module: str, words: Sequence[str]) -> bool:
    return not words or any(word in module for word in words)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try every mutant of the chosen modules that has no result yet, and print who survives."""
    reaches = _reaches_apart(session)
    reached = _by_function(session, reaches)
    results = Path(_RESULTS)
    known = results.read_text("utf-8") if results.exists() else ""
    done = {line.split("\t")[0] for line in known.splitlines()}
    with results.open("a", encoding="utf-8") as file:
        for mutant, tests in _mutants():
            if mutant in done:
                continue
            function = mutant.partition("__mutmut_")[0]
            items = [item for item in reached[function] if _is_of(item, tests)]
            seconds = sum(reaches[item.nodeid].seconds for item in items)
            limit = _SECONDS + int(_SLOWER * seconds)
            verdict = _tried(session, mutant, items, limit)
            file.write(f"{mutant}\t{verdict}\n")
            file.flush()
            if not verdict.startswith("killed"):
                print(f"\n{mutant}: {verdict}", flush=True)
    return True


def _mutants() -> Iterator[tuple[str, Sequence[str]]]:
    for module in os.environ["MUTANT_MODULES"].split():
        names = json.loads(Path(f"{module}.py.meta").read_text("utf-8"))
        for name in names["exit_code_by_key"]:
            yield name, TESTS[module]


def _is_of(item: pytest.Item, tests: Sequence[str]) -> bool:
    return any(item.nodeid.startswith(f"tests/{test}.py") for test in tests)


def _reaches_apart(session: pytest.Session) -> dict[str, Reach]:
    """What each test does without a mutant, by its id.

    They are run in a fork: what they leave in memory, no mutant inherits.
    """
    read, write = os.pipe()
    if os.fork() == 0:
        os.close(read)
        set_mutant_under_test("stats")
        try:
            with os.fdopen(write, "w", encoding="utf-8") as pipe:
                json.dump(_reaches(session), pipe)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as pipe:
        reaches = {nodeid: Reach(*reach) for nodeid, reach in json.load(pipe).items()}
    os.wait()
    for failed in filter(None, (reach.failed for reach in reaches.values())):
        print(f"\n{failed} fails without a mutant", flush=True)
    return reaches


def _by_function(
    session: pytest.Session, reaches: dict[str, Reach]
) -> dict[str, list[pytest.Item]]:
    """The tests that reach each function, in the order in which its mutants meet them."""
    tests = defaultdict(list)
    for item in sorted(session.items, key=lambda test: _slowness(test, reaches)):
        for function in reaches[item.nodeid].functions:
            tests[function].append(item)
    return tests


def _slowness(item: pytest.Item, reaches: dict[str, Reach]) -> tuple[bool, float]:
    waits = "terminal" in getattr(item, "fixturenames", ())
    tries = is_hypothesis_test(getattr(item, "obj", None))
    return waits or tries, reaches[item.nodeid].seconds


def _reaches(session: pytest.Session) -> dict[str, Reach]:
    reaches = {}
    for item in session.items:
        verdicts = _run(session, [item])
        functions = sorted(state()._stats)
        reaches[item.nodeid] = Reach(functions, verdicts.seconds, verdicts.failed)
        state()._stats.clear()
    return reaches


def _tried(
    session: pytest.Session, mutant: str, items: list[pytest.Item], limit: int
) -> str:
    """What has become of a mutant: `killed` by a test or after `limit` seconds, or `survived`."""
    if not items:
        return "no test reaches it"
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        signal.signal(signal.SIGALRM, _end)
        signal.alarm(limit)
        set_mutant_under_test(mutant)
        try:
            failed = _run(session, items).failed
            os.write(write, (f"killed by {failed}" if failed else "survived").encode())
        finally:
            os._exit(0)
    os.close(write)
    deadline = time.monotonic() + 2 * limit
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            break
        time.sleep(0.005)
    with os.fdopen(read, encoding="utf-8") as pipe:
        return pipe.read() or "killed with its process"


def _run(session: pytest.Session, items: Sequence[pytest.Item]) -> Verdicts:
    """Run tests until one fails, in silence; what they have started has ended then."""
    verdicts = Verdicts()
    plugins = session.config.pluginmanager
    plugins.unregister(name="terminalreporter")
    plugins.register(verdicts)
    try:
        for item, following in zip(items, (*items[1:], None), strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if verdicts.failed:
                break
    finally:
        session._setupstate.teardown_exact(None)
        plugins.unregister(verdicts)
    return verdicts


def _end(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


if __name__ == "__main__":
    sys.exit(main())
