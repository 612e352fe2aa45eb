"""Build the wheel and the source archive, and install them in fresh environments."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

_HOOK = "import sys, hatchling.build as b; print(getattr(b, sys.argv[1])(sys.argv[2]))"


class Environment(NamedTuple):
    """A Python environment without pip and without this checkout."""

    folder: Path

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.folder / "bin" / "python"

    @property
    def cafleet(self) -> Path:
        """The path of the installed command."""
        return self.folder / "bin" / "cafleet"

    def install(self, *what: str | Path) -> None:
        """Install with all dependencies, from the package index."""
        pip = (sys.executable, "-m", "pip", "--python", self.python)
        quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
        run(ROOT, *pip, "install", *quiet, *what)

    def build(self, hook: str, source: Path, into: Path) -> Path:
        """Call a hook of the build backend installed here; the path of its result."""
        made = run(source, self.python, "-c", _HOOK, hook, into)
        return into / made.split()[-1]


def fresh(folder: Path) -> Environment:
    """An empty environment."""
    venv.create(folder, with_pip=False, symlinks=True)
    return Environment(folder)


def run(where: Path, *command: str | Path) -> str:
    """Run a command without this checkout on its path; its output."""
    done = subprocess.run(
        command,
        cwd=where,
        env={name: said for name, said in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def packaged(root: Path) -> dict[str, bytes]:
    """Every file of both packages below `root`, except Python's caches."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for package in ("cafleet_core", "cafleet_tui")
        for path in (root / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
