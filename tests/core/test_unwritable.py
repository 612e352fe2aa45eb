"""A registry that can be read, and not written: on a full disk, in a sandbox."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import RegistryError
from tests.team import a_team


def test_mail_can_be_read_where_nothing_can_be_stamped(
    registry: Registry,
) -> None:
    team = a_team(registry, "alice")
    send.send(registry, team.director, [team.others["alice"]], "in need")
    registry.refuse_writes()
    for _ in range(2):
        (task,) = inbox.poll(registry, team.others["alice"])
        assert (task.text, task.read_at) == ("in need", None)


def test_a_folder_that_may_not_be_written_is_told(
    registry_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr("cafleet_core.storage.sqlite_file.sqlite3.connect", unable)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(RegistryError, match="folder may not be written from here"):
        open_registry(registry_path)
