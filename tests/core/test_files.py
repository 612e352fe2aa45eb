"""Two agents at one file: both learn of it once, and only while the other lives and is at it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from cafleet_core import clock, host, process
from cafleet_core.broker.directory import agents
from cafleet_core.broker.files import claims, edits, users
from cafleet_core.broker.files.place import FilePlace, locate
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import OnConflict
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.storage import agents as rows
from tests.team import Team, a_team
from tests.worktrees.repositories import a_repository, git


class Desk(NamedTuple):
    """Alice and bob, and a folder with files."""

    registry: Registry
    team: Team
    folder: Path

    def place(self, name: str = "plan.md") -> FilePlace:
        """The place of a file of the folder."""
        place = locate(name, str(self.folder))
        assert place is not None
        return place

    def edits(
        self, who: str, name: str = "plan.md", rule: OnConflict = OnConflict.WARN
    ) -> list[str]:
        """Begin an edit; the names of those of whom the agent is told."""
        agent = self.team.others[who]
        others = edits.begin(self.registry, agent, [self.place(name)], rule)
        return [user.agent_name for user in others]

    def claims(self, who: str, name: str = "plan.md", seconds: float = 60) -> list[str]:
        """Claim a file; the names of those who edit it."""
        end = clock.stamp_after(clock.now(), seconds)
        agent, places = self.team.others[who], [self.place(name)]
        return [
            user.agent_name for user in claims.claim(self.registry, agent, places, end)
        ]

    def listed(self) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Who uses files, with the others of each."""
        session_id = self.team.session.session_id
        return [
            (use.user.agent_name, use.others, use.elsewhere)
            for use in users.of_session(self.registry, session_id)
        ]


@pytest.fixture
def desk(registry: Registry, tmp_path: Path) -> Desk:
    return Desk(registry, a_team(registry, "alice", "bob"), tmp_path.resolve())


def test_each_is_told_of_the_other_once(desk: Desk) -> None:
    assert desk.edits("alice") == []
    assert desk.edits("bob") == ["alice"]
    assert desk.edits("alice") == ["bob"]
    assert desk.edits("bob") == desk.edits("alice") == []
    assert desk.listed() == [("alice", ("bob",), ()), ("bob", ("alice",), ())]


def test_other_files_and_other_sessions_are_nobody_s_concern(desk: Desk) -> None:
    desk.edits("alice")
    assert desk.edits("bob", "other.md") == []
    others = Desk(desk.registry, a_team(desk.registry, "carol"), desk.folder)
    assert others.edits("carol") == []


def test_one_file_under_two_names_is_one(desk: Desk) -> None:
    (desk.folder / "plan.md").write_text("plan")
    (desk.folder / "link.md").symlink_to("plan.md")
    (desk.folder / "also").symlink_to(desk.folder)
    desk.edits("alice")
    assert desk.edits("bob", "link.md") == ["alice"]
    assert desk.edits("alice", "also/plan.md") == ["bob"]


def test_the_end_of_a_turn_ends_its_edits_and_no_claim(desk: Desk) -> None:
    desk.edits("alice")
    desk.claims("alice", "claimed.md")
    edits.end(desk.registry, desk.team.others["alice"])
    assert desk.edits("bob") == []
    assert desk.edits("bob", "claimed.md") == ["alice"]
    edits.end(desk.registry, desk.team.others["bob"])
    desk.edits("alice")
    assert desk.edits("bob") == ["alice"], "a new turn is told anew"


def test_an_edit_of_long_ago_is_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    desk.edits("alice")
    desk.edits("bob")
    desk.edits("alice")
    later = clock.plus(now, edits.SECONDS + 60)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert desk.listed() == []
    assert desk.edits("bob") == []
    assert desk.edits("alice") == ["bob"], "of what is over nobody was told"


def test_what_the_dead_and_the_gone_were_at_is_free(desk: Desk) -> None:
    program = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    lives_in(desk, "alice", program.pid)
    desk.edits("alice")
    desk.claims("alice", "claimed.md")
    assert desk.edits("bob") == ["alice"]
    program.communicate()
    assert desk.edits("bob") == desk.edits("bob", "claimed.md") == []
    assert [name for name, *_ in desk.listed()] == ["bob", "bob"]
    assert desk.claims("bob", "claimed.md") == []
    agents.deregister(desk.registry, desk.team.others["bob"])
    assert desk.registry.rows("SELECT * FROM file_uses WHERE kind = 'claim'") != []
    agents.deregister(desk.registry, desk.team.others["alice"])
    assert desk.registry.rows("SELECT * FROM file_uses") == []


def test_another_start_of_its_program_begins_without_edits(desk: Desk) -> None:
    desk.edits("alice")
    desk.claims("alice", "claimed.md")
    lives_in(desk, "alice", os.getpid())
    assert desk.edits("bob") == []
    assert desk.edits("bob", "claimed.md") == ["alice"]


def lives_in(desk: Desk, who: str, pid: int) -> None:
    """Place an agent whose pane's first process is this one."""
    placement = desk.team.director.placement
    assert placement is not None
    here = placement._replace(
        host=host.host_id(), pane_pid=pid, pane_started=process.started(pid)
    )
    with desk.registry.write():
        rows.place(desk.registry, desk.team.others[who].agent_id, here)


def test_where_it_is_denied_the_first_goes_on(desk: Desk) -> None:
    deny = OnConflict.DENY
    assert desk.edits("alice", rule=deny) == []
    assert desk.edits("bob", rule=deny) == desk.edits("bob", rule=deny) == ["alice"]
    assert desk.listed() == [("alice", (), ())]
    assert desk.edits("alice", rule=deny) == [], "who was denied is not at it"
    assert desk.claims("bob") == ["alice"]
    assert desk.edits("alice", rule=deny) == ["bob"], "a claim by hand counts more"


def test_what_is_claimed_is_claimed_once_until_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.claims("alice")
    desk.claims("alice", seconds=120)
    with pytest.raises(Refused, match="is claimed by alice until"):
        desk.claims("bob")
    assert len(desk.listed()) == 1
    later = clock.plus(clock.now(), 130)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert desk.claims("bob") == []


@pytest.mark.parametrize("seconds", [-1, 0, 8 * 86400])
def test_a_claim_ends_within_days(desk: Desk, seconds: float) -> None:
    with pytest.raises(InvalidInput, match="ends within 7 days"):
        desk.claims("alice", seconds=seconds)


def test_what_is_released_is_free(desk: Desk) -> None:
    alice = desk.team.others["alice"]
    desk.claims("alice")
    desk.edits("alice")
    desk.edits("alice", "other.md")
    assert claims.release(desk.registry, alice, [desk.place()]) == 2
    assert claims.release(desk.registry, alice, [desk.place()]) == 0
    assert desk.edits("bob") == []
    assert claims.release_all(desk.registry, alice) == 1
    assert [name for name, *_ in desk.listed()] == ["bob"]


def test_the_same_path_in_two_trees_are_two_files(desk: Desk) -> None:
    main = a_repository(desk.folder)
    tree = desk.folder / "tree"
    git(main, "worktree", "add", "--quiet", str(tree))
    desk.edits("alice", "project/src/a.py")
    assert desk.edits("bob", "tree/src/a.py") == [], "they meet when they are merged"
    assert desk.listed() == [("alice", (), ("bob",)), ("bob", (), ("alice",))]
    assert users.shared(desk.registry, desk.team.session.session_id) == {}
    another = a_repository(desk.folder, name="another")
    assert desk.place("another/src/a.py").name == "src/a.py"
    assert desk.place(str(another / "src/a.py")).repository == str(another / ".git")


HOSTILE = ("new\nline.md", "\u202ebidi.md", "\x1b]2;x\x07.md", "' OR 1=1 --", "%s {0}")


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_a_file_s_name(desk: Desk, name: str) -> None:
    desk.edits("alice", name)
    assert desk.edits("bob", name) == ["alice"]


NO_FILES = ("a\0b", "\ud800.md", "x" * 5000, "/".join(["y" * 200] * 30))


@pytest.mark.parametrize("name", NO_FILES, ids=range(len(NO_FILES)))
def test_what_no_file_can_be_called_is_none(desk: Desk, name: str) -> None:
    assert locate(name, str(desk.folder)) is None
    with pytest.raises(InvalidInput, match="is no path of a file"):
        claims.places([name], str(desk.folder))


def test_a_broken_git_link_is_no_repository(desk: Desk) -> None:
    for content in (b"", b"gitdir: ", b"\xff\xfe", b"gitdir: /nowhere/at/all"):
        (desk.folder / ".git").write_bytes(content)
        assert desk.place().path == str(desk.folder / "plan.md")


def test_loops_of_links_end(desk: Desk) -> None:
    (desk.folder / "loop").symlink_to("loop")
    assert desk.edits("alice", "loop/plan.md") == []
