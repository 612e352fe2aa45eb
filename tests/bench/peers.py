"""`make bench-peers`: the same tasks with other programs, side by side in one run.

What the package index has is installed into environments of its own. What cannot be
installed, or refuses a task, is said in its own words. No agent is started: each program
drives another kind of stand-in, so only commands are compared, up to the stored message.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.timing import BARE, CAFLEET, milliseconds

_ROUNDS = 15
_SECONDS = 600
_CACHE = Path("~/.cache/cafleet/peers").expanduser()

Words = tuple[str, ...]


class Peer(NamedTuple):
    """A program: its package, the Pythons that it runs on, and how it does each task.

    `prepare` are commands that come first, once. A task that it has no command for is left
    out.
    """

    package: str
    command: str
    pythons: tuple[str, ...]
    prepare: tuple[Words, ...]
    tasks: Mapping[str, Words]


VERSION, ROSTER, SEND = "start, and say the version", "list agents", "send one message"

PEERS = (
    Peer(
        "hcom",
        "hcom",
        (sys.executable,),
        (("start",),),
        {
            VERSION: ("--version",),
            ROSTER: ("list",),
            SEND: ("send", "--from", "bench", "--quiet", "--", "hello"),
        },
    ),
    Peer(
        "cafleet==0.22.0",
        "cafleet",
        ("python3.14", "python3.13", "python3.12"),
        (("setup",),),
        {VERSION: ("--version",), ROSTER: ("fleet", "list")},
    ),
    Peer(
        "cli-agent-orchestrator",
        "cao",
        ("python3.13", "python3.12", "python3.11", sys.executable),
        (),
        {VERSION: ("--version",), ROSTER: ("session", "list")},
    ),
)


def main() -> int:
    """Install, measure and print; what could not be had is said, and is no failure."""
    with tempfile.TemporaryDirectory(
        prefix="cafleet-peers-", ignore_cleanup_errors=True
    ) as folder:
        home = Path(folder)
        _print("this cafleet", CAFLEET, _own(home), home / "own")
        for peer in PEERS:
            try:
                program = _installed(peer)
            except _Unavailable as reason:
                print(f"{peer.package}: not installed: {reason}", flush=True)
                continue
            for words in peer.prepare:
                _ran([program, *words], _environment(home / peer.command))
            _print(peer.package, program, peer.tasks, home / peer.command)
    return 0


class _Unavailable(Exception):
    """A program that cannot be had here; the message says why."""


def _own(home: Path) -> dict[str, Words]:
    """How this program does the tasks, with a session that is made for them."""
    _environment(home / "own")
    made = (
        "from tests.team import a_team; from cafleet_core.broker.registry.open import "
    )
    made += "open_registry; import sys; r = open_registry(sys.argv[1]);"
    made += "print(a_team(r, 'reader').session.session_id)"
    path = home / "own" / "registry.db"
    session = subprocess.check_output([sys.executable, "-c", made, path], text=True)
    flags = ("--session-id", session.strip(), "--agent-id", "Director")
    return {
        VERSION: ("--version",),
        ROSTER: (*flags, "agent", "list"),
        SEND: (*flags, "message", "send", "reader", "hello"),
    }


def _environment(home: Path) -> dict[str, str]:
    """An environment without anybody's settings, whose home is this folder."""
    home.mkdir(parents=True, exist_ok=True)
    mine = ("CAFLEET_", "HCOM", "CAO", "TMUX", "XDG_", "PYTHON")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(mine)}
    url = f"sqlite:///{home / 'registry.db'}"
    return {**kept, "HOME": str(home), "CAFLEET_DATABASE_URL": url}


def _installed(peer: Peer) -> str:
    """The program in an environment of its own; raises _Unavailable."""
    folder = _CACHE / peer.command
    program = folder / "bin" / peer.command
    if not program.exists():
        python = next(filter(_runs, peer.pythons), None)
        if python is None:
            raise _Unavailable(f"none of {', '.join(peer.pythons)} is on PATH")
        pip = (str(folder / "bin" / "python"), "-m", "pip")
        for step in (
            [python, "-m", "venv", "--clear", str(folder)],
            [*pip, "install", "--quiet", "--no-input", peer.package],
        ):
            print(f"{peer.package}: installing ...", file=sys.stderr, flush=True)
            done = _ran(step, dict(os.environ))
            if done.returncode:
                raise _Unavailable(_last_line(done.stderr))
    return str(program)


def _runs(python: str) -> bool:
    """Whether this Python is on PATH and starts; a version manager's link may not."""
    path = shutil.which(python)
    return path is not None and _ran([path, "-c", "pass"], os.environ).returncode == 0


def _print(name: str, program: str, tasks: Mapping[str, Words], home: Path) -> None:
    """A line for each task: its time, and its ratio to Python's own start in the same run."""
    for task, line in _measured(program, tasks, home):
        print(f"{name:<24} {task:<28} {line}", flush=True)


def _measured(
    program: str, tasks: Mapping[str, Words], home: Path
) -> Iterator[tuple[str, str]]:
    env = _environment(home)
    for task, words in tasks.items():
        argv = [program, *words]
        first = _ran(argv, env)
        if first.returncode:
            yield task, f"refused: {_last_line(first.stderr or first.stdout)}"
            continue
        pairs = [(_wall(argv, env), _wall(BARE, env)) for _ in range(_ROUNDS)]
        took = median(measured for measured, _ in pairs)
        ratio = median(measured / bare for measured, bare in pairs)
        yield task, f"{milliseconds(took):>10} {ratio:7.2f} x python -c pass"


def _wall(argv: Sequence[str], env: Mapping[str, str]) -> float:
    started = time.perf_counter()
    _ran(argv, env)
    return time.perf_counter() - started


def _ran(
    argv: Sequence[str], env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def _last_line(words: str) -> str:
    lines = words.strip().splitlines()
    return lines[-1] if lines else "no word"


if __name__ == "__main__":
    sys.exit(main())
