"""Several machines in one test: each with its own home, tmux server and host process.

They share one database. Where a machine's name or process ids matter, a test says so itself:
here all have the name of the machine that the tests run on.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cafleet_core import host, ids
from tests.terminal import Ran, Terminal, command_line, eventually

_FOLDERS = {
    "XDG_STATE_HOME": "state",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
}


_OWN_CLOCK = """
from datetime import UTC, datetime, timedelta
from cafleet_core import clock

def here():
    with open({file!r}) as file:
        return datetime.now(UTC) + timedelta(seconds=float(file.read() or 0))

clock.here = here
"""
"""What Python runs first in every process of a machine, whose clock a file sets."""


class Machine:
    """A machine of one user: own folders, an id of its own in them, and a tmux server."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        for name in ("home", *_FOLDERS.values()):
            (folder / name).mkdir(parents=True, mode=0o700)
        self.environ = {
            **os.environ,
            **{name: str(folder / below) for name, below in _FOLDERS.items()},
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": tempfile.mkdtemp(prefix="cafleet-"),
            "CAFLEET_DATABASE_URL": url,
            "CAFLEET_DELIVERY_BACKGROUND": "false",  # else one would outlive the machine
        }
        self.host_id = ids.new()
        kept = folder / "state" / "cafleet"
        kept.mkdir(mode=0o700)
        (kept / host.file_name()).write_text(f"{self.host_id}\n")
        self.terminal = Terminal(folder / "tmux.sock", folder / "none.db", self.environ)
        self._processes: list[subprocess.Popen[str]] = []

    def run(self, *arguments: str, pane: str = "", **environ: str) -> Ran:
        """Run `cafleet` there, as in a pane where one is named."""
        inside = self.terminal.inside(pane) if pane else {}
        done = subprocess.run(
            command_line(*arguments),
            env={**self.environ, **inside, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def says(self, *arguments: str, pane: str = "") -> str:
        """What `cafleet` prints there; it must succeed."""
        done = self.run(*arguments, pane=pane)
        assert done.code == 0, done
        return done.out

    def set_clock(self, seconds: float) -> None:
        """Have the clock of its later processes be ahead of the true time by so many seconds.

        Those that have been started since it was first set follow at once.
        """
        file, folder = self.folder / "clock", self.folder / "python"
        folder.mkdir(exist_ok=True)
        new = file.with_name("clock.new")
        new.write_text(str(seconds))
        new.rename(file)
        start = folder / "sitecustomize.py"
        start.write_text(_OWN_CLOCK.format(file=str(file)))
        self.environ["PYTHONPATH"] = str(folder)

    def start_host(self, *arguments: str) -> subprocess.Popen[str]:
        """Start its host process, and wait until it runs."""
        process = self.begin("host", *arguments)
        assert process.stderr is not None
        said = process.stderr.readline()
        assert "runs" in said, said
        return process

    def begin(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """Start a command that goes on, until the test's end at the latest."""
        process = subprocess.Popen(
            command_line(*arguments),
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._processes.append(process)
        return process

    def end_processes(self) -> None:
        """End its host process and what else was begun, as a shutdown does."""
        for process in self._processes:
            process.terminate()
            process.wait()

    def panes(self) -> str:
        """The ids of all panes there."""
        return self.terminal.tmux("list-panes", "-a", "-F", "#{pane_id}")

    def close(self) -> None:
        """End what runs there."""
        for process in self._processes:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.wait()
            if process.stderr:
                process.stderr.close()
        self.terminal.close()
        shutil.rmtree(self.environ["XDG_RUNTIME_DIR"], ignore_errors=True)


@contextmanager
def machines(
    folder: Path, url: str, *names: str, **ways: str
) -> Iterator[list[Machine]]:
    """Machines of these names, with one registry that is made.

    Those of `ways` reach it by a URL of their own.
    """
    there: list[Machine] = []
    try:
        for name in (*names, *ways):
            # closed if one fails
            there.append(Machine(folder / name, ways.get(name, url)))
        there[0].says("db", "init")
        yield there
    finally:
        for machine in there:
            machine.close()


__all__ = ["Machine", "eventually", "machines"]
