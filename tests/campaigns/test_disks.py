"""A disk that fills up, or takes nothing in, at any moment: what was said to be stored is there, once."""

from __future__ import annotations

import os
import resource
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import RegistryError
from tests.campaigns.tally import Campaign
from tests.team import Team, a_team

ROUNDS = 60
SIZE = 1 << 24
PAGE = 4096


class Disk:
    """A small disk of its own with a registry on it."""

    def __init__(self, mounted: Path) -> None:
        self.path = mounted / "registry.db"
        self._mounted = mounted
        self._ballast = mounted / "ballast"

    @contextmanager
    def in_trouble(self, trouble: str, pages: int) -> Iterator[None]:
        """Have it take no writes, or so many pages more on the disk or in each file."""
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        if trouble == "full":
            self._leave(pages)
        elif trouble == "limited":
            limit = self.path.stat().st_size // 2 + pages * PAGE
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, unlimited[1]))
        elif trouble == "read-only":
            self._remount("ro")
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
            if trouble == "read-only":
                self._remount("rw")
            self._ballast.unlink(missing_ok=True)

    def _remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", self._mounted], check=True)

    def _leave(self, pages: int) -> None:
        facts = os.statvfs(self._mounted)
        filled = facts.f_bavail * facts.f_frsize - pages * PAGE
        self._ballast.write_bytes(b"x" * max(0, filled))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk that can be filled; without the right to mount one there is no test."""
    mounted = tmp_path / "disk"
    mounted.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(mounted)]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield Disk(mounted)
    subprocess.run(["umount", "-l", str(mounted)], check=True)


@pytest.mark.timeout(0)
def test_disks(disk: Disk) -> None:
    campaign = Campaign("disks", ROUNDS)
    chance = campaign.random
    registry = open_registry(disk.path)
    team = a_team(registry, "alice")
    said: Counter[str] = Counter()
    for number in range(campaign.rounds):
        trouble = chance.choice(("none", "full", "full", "limited", "read-only"))
        campaign.counts[trouble] += 1
        if chance.random() < 0.2 or trouble == "read-only":
            registry.close()
            with disk.in_trouble(trouble, chance.randint(0, 24)):
                registry = open_registry(disk.path)
                said += _try(campaign, registry, team, number)
                registry.close()
            registry = open_registry(disk.path)
        else:
            with disk.in_trouble(trouble, chance.randint(0, 24)):
                said += _try(campaign, registry, team, number)
        if number % 20 == 19:
            _make_room(registry, team)
    _judge(campaign, registry, team, said)
    registry.close()
    campaign.close()


def _try(
    campaign: Campaign, registry: Registry, team: Team, number: int
) -> Counter[str]:
    """Send, read and ack; the words of what was said to be stored."""
    words = f"{number} " + "x" * campaign.random.choice((10, 10, 5_000, 60_000))
    said: Counter[str] = Counter()
    alice = team.caller("alice")
    for step in (
        lambda: send.send(registry, team.director, [team.others["alice"]], words),
        lambda: inbox.poll(registry, team.others["alice"]),
        lambda: inbox.ack_all(registry, alice),
    ):
        try:
            step()
        except RegistryError as error:
            campaign.counts["refused"] += 1
            if "\n" in error.message:
                campaign.harm("many lines", error.message)
        else:
            campaign.counts["done"] += 1
            if not said:
                said[words] += 1
        if not said:
            return said  # what follows it is of no use
    return said


def _make_room(registry: Registry, team: Team) -> None:
    """Shorten what was read, so that the disk never fills with messages."""
    with registry.write():
        registry.execute(
            "UPDATE tasks SET text = substr(text, 1, instr(text, ' ') + 20)"
            " WHERE context_id = ?",
            (team.others["alice"].agent_id,),
        )
    registry.execute("VACUUM")


def _judge(
    campaign: Campaign, registry: Registry, team: Team, said: Counter[str]
) -> None:
    stored = Counter(
        words.partition(" ")[0]
        for (words,) in registry.rows("SELECT text FROM tasks WHERE text <> ''")
    )
    promised = {words.partition(" ")[0] for words in said}
    for number in promised | stored.keys():
        if stored[number] > 1:
            campaign.harm("doubled", f"message {number}")
        elif number in promised and not stored[number]:
            campaign.harm("lost", f"message {number}")
        elif number not in promised:
            campaign.harm("mistold", f"message {number} was refused, and is stored")
    for complaint in maintenance.check(registry).complaints:
        campaign.harm("damaged", complaint)
