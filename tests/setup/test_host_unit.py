"""The unit of the host process: only where it serves, and in systemd's own syntax."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cafleet_core.setup import host_unit, inventory, plan
from cafleet_core.setup.piece import ABSENT, PRESENT, STALE, Piece
from tests.setup.homes import Home

URL = (
    "postgresql://team@db.example/cafleet?sslmode=verify-full&options=-csearch_path%3Dx"
)
ODD = '/home/a b/100%/it\'s "quoted"\\$HOME'
ANALYZE = shutil.which("systemd-analyze") or ""


@pytest.fixture(autouse=True)
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that says that systemd runs the machine."""
    monkeypatch.setattr(host_unit, "BOOTED", str(tmp_path))
    return tmp_path


def unit(environ: dict[str, str], registry: str = URL) -> list[Piece]:
    return [
        piece
        for piece in inventory.chosen((), environ, registry)
        if piece.name == "host-unit"
    ]


def text_of(environ: dict[str, str]) -> str:
    [piece] = unit(environ)
    return piece.targets[0].edit.put(None) or ""


def test_it_comes_and_goes_without_a_trace(home: Home) -> None:
    environ = {**home.environ, "CAFLEET_DATABASE_URL": URL}
    before = home.files()
    [piece] = unit(environ)
    assert plan.status(piece).state == ABSENT
    [change] = plan.plan([piece], remove=False).changes
    plan.carry_out(change)
    assert plan.status(piece).state == PRESENT
    [moved] = unit({**environ, "PGPASSFILE": "/elsewhere"})
    assert plan.status(moved).state == STALE
    [change] = plan.plan([piece], remove=True).changes
    plan.carry_out(change)
    assert home.files() == before


def test_a_file_or_a_machine_without_systemd_needs_none(
    home: Home, systemd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unit(home.environ)
    assert not unit(home.environ, "/home/registry.db")
    monkeypatch.setattr(host_unit, "BOOTED", str(systemd / "none"))
    assert not unit(home.environ)


def test_codex_is_not_let_into_a_folder_for_a_registry_on_a_server(home: Home) -> None:
    names = {piece.name for piece in inventory.pieces(home.environ, URL)}
    assert "codex-hooks" in names
    assert "codex-registry" not in names


def test_it_knows_where_the_registry_is_and_no_secret(home: Home) -> None:
    environ = {"CAFLEET_DATABASE_URL": URL, "PGPASSFILE": ODD, "PGPASSWORD": "secret"}
    text = text_of({**home.environ, **environ})
    assert f'"CAFLEET_DATABASE_URL={URL.replace("%", "%%")}"' in text
    assert (
        r'"PGPASSFILE=/home/a b/100%%/it'
        "'"
        r's \"quoted\"\\$HOME"' in text.splitlines()[5]
    )
    assert "secret" not in text
    assert "CAFLEET_DATABASE_URL" not in text_of(home.environ)  # as config.toml says


def test_a_tmux_in_an_unusual_place_is_still_there(home: Home) -> None:
    assert "PATH" not in text_of({**home.environ, "PATH": "/usr/bin:/bin"})


@pytest.mark.skipif(not ANALYZE, reason="there is no systemd-analyze here")
def test_systemd_takes_it(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / 'a b 100% "$HOME" \\' / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(python))
    file = tmp_path / host_unit.UNIT
    odd = {"CAFLEET_DATABASE_URL": URL, "PGPASSFILE": ODD, "PGSSLKEY": "a\nb"}
    file.write_text(text_of({**home.environ, **odd}))
    checked = subprocess.run(
        [ANALYZE, "verify", "--user", "--man=no", str(file)],
        env={**home.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, host_unit.UNIT in checked.stderr) == (0, False), checked


def test_stopping_it_ends_no_tmux_server_that_it_has_started(home: Home) -> None:
    assert "KillMode=process" in text_of({**home.environ, "CAFLEET_DATABASE_URL": URL})
