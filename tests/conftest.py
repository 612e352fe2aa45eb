"""Isolate every test: no inherited settings, a private registry and tmux server."""

from __future__ import annotations

import gc
import os
import signal

_INHERITED = ("CAFLEET_", "TMUX", "TEXTUAL", "XDG_", "NO_COLOR", "FORCE_COLOR")
_KEPT = (
    "TEXTUAL_SNAPSHOT_TEMPDIR",  # used between the snapshot plugin's processes
    "CAFLEET_AGENTS_DIR",  # the folder of the real coding agents, for their tests
    "CAFLEET_MORE_AGENTS_DIR",  # likewise, of further ones
    "CAFLEET_TEST_PGBIN",  # the folder of PostgreSQL's programs
)
for name in [name for name in os.environ if name.startswith(_INHERITED)]:
    if name not in _KEPT:
        del os.environ[name]
os.environ |= {
    "TZ": "UTC",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TERM": "xterm-256color",
    "CAFLEET_DELIVERY_BACKGROUND": "false",  # no process may outlive its test
}

# What the parent ignores, the tested programs would too: a background job's SIGINT and SIGQUIT,
# the SIGHUP of `nohup`, a supervisor's others. Those that Python ignores it gives back to a child.
_PYTHON_S_OWN = (signal.SIGPIPE, signal.SIGXFSZ)
for number in set(signal.valid_signals()).difference(_PYTHON_S_OWN):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)

from collections.abc import Generator, Iterator  # noqa: E402  # imported after the environment is cleaned
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from hypothesis import Phase, settings  # noqa: E402

from cafleet_core.broker.registry.open import Registry  # noqa: E402
from tests import postgres  # noqa: E402
from tests.postgres import Server  # noqa: E402
from tests.registries import a_registry  # noqa: E402
from tests.terminal import Terminal, this_host_in  # noqa: E402

# No deadline: an example's time depends on the machine's other work. The same examples in each
# run, so that a red test tells of a change; `HYPOTHESIS_PROFILE=roaming` looks for new ones.
settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.register_profile("roaming", deadline=None)
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the panes of a test's tmux server showed when it failed."""
    report = yield
    terminal = getattr(item, "funcargs", {}).get("terminal")
    if report.when == "call" and report.failed and isinstance(terminal, Terminal):
        report.sections.append(("Screens", terminal.screens()))
    return report


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path) -> Iterator[None]:
    """Give the test its own state folder."""
    os.environ["XDG_STATE_HOME"] = str(this_host_in(tmp_path / "state"))
    yield
    del os.environ["XDG_STATE_HOME"]


@pytest.fixture
def registry_path(tmp_path: Path) -> Path:
    """The path of this test's registry, which may not exist yet."""
    return tmp_path / "data" / "registry.db"


ON_BOTH_ENGINES = ("tests.core.", "tests.push.", "tests.cli.")
"""Whose tests run on PostgreSQL too without being asked, where there is one."""

ON_ANY_ENGINE = frozenset(
    f"tests.{name}"
    for name in (
        # what a pane shows, and what is done to it
        *("push.test_recorded_screens", "push.test_writer", "push.test_pane_flags"),
        *("push.test_foreground", "push.test_preview", "push.test_interrupt"),
        *("push.test_answering", "push.test_opened", "push.test_crowd"),
        *("core.test_layouts", "core.test_held_clients", "core.test_album"),
        *("cli.test_member_windows", "cli.test_tmux_hangs", "cli.test_popup"),
        # a loop that a server does without
        "push.test_delivery_loop",
        # how a command line is read
        *("cli.test_contract", "cli.test_help", "cli.test_suggestions"),
        *("cli.test_fuzz", "cli.test_completion", "cli.test_setup"),
    )
)
"""Modules of theirs whose subject is no registry: one engine is enough, if nobody asks for both."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--engine` says what keeps the registry of the tests that do not care."""
    parser.addoption(
        "--engine",
        choices=("sqlite", "postgres", "both"),
        help="What keeps the registry; a file, and for most tests a server too, by default.",
    )
    parser.addoption(
        "--require-postgres",
        action="store_true",
        help="Fail where there is no PostgreSQL.",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--require-postgres") and postgres.programs() is None:
        raise pytest.UsageError(postgres.MISSING)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Do not look for garbage while the tests are collected, nor among them later: all stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if postgres.programs() is None:
        terminalreporter.write_line(f"{postgres.MISSING}; its tests were left out.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each engine that it is meant for."""
    marks = metafunc.definition.iter_markers("parametrize")
    names_its_engine = any(mark.args[0] == "engine" for mark in marks)
    if "place" not in metafunc.fixturenames or names_its_engine:
        return
    about_the_file = "registry_path" in metafunc.fixturenames or any(
        metafunc.definition.iter_markers("sqlite")
    )
    engines = _engines(metafunc.config.getoption("--engine"), metafunc.module.__name__)
    if engines == ["postgres"] and about_the_file:
        metafunc.definition.add_marker(pytest.mark.skip("this is about the file"))
    elif engines != ["sqlite"] and not about_the_file:
        metafunc.parametrize("engine", engines, indirect=True)


def _engines(wanted: str | None, module: str) -> list[str]:
    of_both = module.startswith(ON_BOTH_ENGINES) and module not in ON_ANY_ENGINE
    if wanted == "both" or (wanted is None and of_both):
        return ["sqlite", "postgres"] if postgres.programs() else ["sqlite"]
    return [wanted or "sqlite"]


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """What keeps this test's registry."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def place(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Path | str:
    """This test's registry, which may not exist yet: a file's path, or a server's URL.

    A test that asks for `registry_path` instead is about the file.
    """
    if engine == "sqlite":
        return tmp_path / "data" / "registry.db"
    server: Server = request.getfixturevalue("server")
    return server.new_schema()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of this run's own."""
    programs = postgres.programs()
    if programs is None:
        pytest.skip(postgres.MISSING)
    running = Server(programs)
    yield running
    running.stop()


@pytest.fixture
def mortal_server() -> Iterator[Server]:
    """A PostgreSQL server of this test's own, which may be killed and started again."""
    programs = postgres.programs()
    if programs is None:
        pytest.skip(postgres.MISSING)
    running = Server(programs, durable=True)
    yield running
    running.stop()


@pytest.fixture
def registry(place: Path | str) -> Iterator[Registry]:
    """This test's registry, open."""
    opened = a_registry(place)
    yield opened
    opened.close()


@pytest.fixture
def terminal(tmp_path: Path, place: Path | str) -> Iterator[Terminal]:
    """A private tmux server, whose panes use this test's registry."""
    server = Terminal(tmp_path / "tmux.sock", place)
    yield server
    server.close()
