"""A registry's path that leads to something else: a pipe, a device, a folder, a link."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import RegistryError
from tests.core.mail import a_team_with_mail_on_disk
from tests.team import Team

pytestmark = pytest.mark.sqlite


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team_with_mail_on_disk(registry)


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_device(path: Path) -> None:
    path.symlink_to("/dev/null")


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [a_pipe, a_device, a_folder])
def test_what_is_no_file_is_not_opened(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "registry.db"
    make(path)
    with pytest.raises(RegistryError, match=r"registry\.db: it is no file\.$"):
        open_registry(path)


def test_a_link_is_the_file_it_leads_to(
    registry: Registry, team: Team, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(registry.where)
    for _ in range(2):
        with closing(open_registry(link)) as linked:
            alice = team.others["alice"]
            send.send(linked, team.director, [alice], "by the link")
            linked.check_in_place()
    assert len(inbox.poll(registry, alice)) == 3
    beside = {path.name for path in link.parent.iterdir()}
    assert not {name for name in beside if name.startswith("link.db-")}


def test_a_link_that_is_led_elsewhere_is_noticed(
    registry: Registry, team: Team, tmp_path: Path
) -> None:
    link, other = tmp_path / "link.db", tmp_path / "other" / "registry.db"
    link.symlink_to(registry.where)
    with closing(open_registry(link)) as linked:
        open_registry(other).close()
        link.unlink()
        link.symlink_to(other)
        with pytest.raises(RegistryError, match="was replaced by another file"):
            linked.data_version()
