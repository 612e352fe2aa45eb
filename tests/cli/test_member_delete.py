"""`member delete` always finishes, answers no question on the way, and touches nobody else's pane."""

from __future__ import annotations

import os
import signal
import time

import pytest

from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.messages import send
from cafleet_core.broker.team import delete_member, roster
from cafleet_core.errors import NotReady
from cafleet_core.panes.tmux import facts
from cafleet_core.storage import lookup
from tests.cli.desk import Desk
from tests.cli.pretender import (
    ASKING,
    AT_REST,
    BUSY,
    DRAFTING,
    PROMPTED,
    TRUST,
    Pretender,
    creating,
)
from tests.terminal import Ran, cafleet, eventually


def hire(desk: Desk, agent: Pretender, name: str = "worker", *more: str) -> str:
    """A member that the pretender plays; its pane."""
    arguments = creating(name, agent.name, "--json", *more)
    made = desk(*arguments, **agent.configured(PROMPTED))
    assert made.code == 0, made.err
    return str(made.document["placement"]["tmux_pane_id"])


def delete(desk: Desk, agent: Pretender, name: str = "worker", *more: str) -> Ran:
    return desk(
        "member", "delete", "--member-id", name, *more, **agent.configured(PROMPTED)
    )


def names(desk: Desk) -> list[str]:
    return [row["name"] for row in desk("member", "list", "--json").document]


def test_at_rest_it_is_asked_with_its_exit_command(
    desk: Desk, pretender: Pretender
) -> None:
    pane = hire(desk, pretender)
    deleted = delete(desk, pretender)
    assert (deleted.code, deleted.err) == (0, "")
    assert f"{pane} (closed)" in deleted.out
    assert pretender.keys == "/exit\r"
    assert (desk.panes(), names(desk)) == ([desk.pane], [])


def another_session_in(desk: Desk, pane: str) -> str:
    """Make a session whose Director lives in a member's pane; its id."""
    here = desk.terminal.here(pane)
    made = sessions.create(desk.registry, here, "another", "claude")
    return made.session.session_id


@pytest.mark.parametrize("more", [(), ("--force",)])
def test_a_pane_in_which_another_session_lives_stays_open(
    desk: Desk, pretender: Pretender, more: tuple[str, ...]
) -> None:
    pane = hire(desk, pretender)
    other = another_session_in(desk, pane)
    deleted = delete(desk, pretender, "worker", *more)
    assert deleted.err == (
        f"pane {pane} was left open: Director of session {other} lives there too.\n"
    )
    assert f"{pane} (left)" in deleted.out
    assert (desk.panes(), names(desk)) == ([desk.pane, pane], [])
    [director] = lookup.active_agents(desk.registry, other)[:1]
    assert facts.panes(desk.terminal.socket)[pane].agent_ids == (director.agent_id,)


@pytest.mark.parametrize("screen", [ASKING, TRUST, BUSY, DRAFTING])
def test_elsewhere_it_is_sent_a_signal_and_not_a_key(
    desk: Desk, pretender: Pretender, screen: str
) -> None:
    hire(desk, pretender.plays(screen))
    begun = time.monotonic()
    deleted = delete(desk, pretender)
    assert (deleted.code, "(closed)" in deleted.out) == (0, True), deleted.err
    assert time.monotonic() - begun < delete_member.ASKED_SECONDS
    assert pretender.keys == ""
    assert (desk.panes(), names(desk)) == ([desk.pane], [])


def test_one_that_does_not_obey_its_exit_command_is_sent_a_signal(
    desk: Desk, pretender: Pretender
) -> None:
    hire(desk, pretender.plays(AT_REST, leaves=False))
    deleted = delete(desk, pretender)
    assert (deleted.code, "(closed)" in deleted.out) == (0, True), deleted.err
    assert pretender.keys == "/exit\r"
    assert (desk.panes(), names(desk)) == ([desk.pane], [])


def test_the_last_words_of_another_that_has_died_stay(
    desk: Desk, pretender: Pretender
) -> None:
    died, leaving = hire(desk, pretender, "one"), hire(desk, pretender, "two")
    where = ("display-message", "-p", "-t", died)
    os.kill(int(desk.terminal.tmux(*where, "#{pane_pid}")), signal.SIGKILL)
    eventually(lambda: desk.terminal.tmux(*where, "#{pane_dead}") == "1")
    assert delete(desk, pretender, "two").code == 0
    assert died in desk.panes()
    assert leaving not in desk.panes()


def test_one_that_does_not_end_at_all_keeps_its_row_until_it_is_forced(
    desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(desk, pretender.plays(BUSY, stubborn=True))
    for name, value in pretender.configured(PROMPTED).items():
        monkeypatch.setenv(name, value)
    worker = roster.find(desk.registry, desk.team.caller(), "worker")
    with pytest.raises(NotReady) as refused:
        delete_member.delete(desk.registry, worker, force=False, exit_seconds=0.5)
    assert "did not close within 0.5 s" in refused.value.message
    assert "\n| ✻ Thinking… (3s)" in refused.value.message
    assert f"--member-id {worker.agent_id} --force" in refused.value.message
    assert (refused.value.exit_code, names(desk)) == (3, ["worker"])
    forced = delete(desk, pretender, "worker", "--force")
    assert (forced.code, "(killed)" in forced.out) == (0, True)
    assert (desk.panes(), names(desk)) == ([desk.pane], [])


def test_a_stopped_program_notices_too(desk: Desk, pretender: Pretender) -> None:
    pane = hire(desk, pretender.plays(BUSY))
    pid = desk.terminal.tmux("display-message", "-p", "-t", pane, "#{pane_pid}")
    os.kill(int(pid), signal.SIGSTOP)
    assert delete(desk, pretender).code == 0
    assert desk.panes() == [desk.pane]


class TestAPaneThatIsNotThere:
    def test_it_vanished(self, desk: Desk, pretender: Pretender) -> None:
        pane = hire(desk, pretender)
        desk.terminal.tmux("kill-pane", "-t", pane)
        deleted = delete(desk, pretender)
        assert (deleted.code, f"{pane} (gone)" in deleted.out) == (0, True)
        assert deleted.err == f"pane {pane} was gone already.\n"
        assert names(desk) == []

    @pytest.mark.parametrize("force", [(), ("--force",)])
    def test_it_is_somebody_else_s_now(
        self, desk: Desk, pretender: Pretender, force: tuple[str, ...]
    ) -> None:
        pane = hire(desk, pretender)
        stamp = ("set-option", "-p", "-t", pane, "@cafleet_agent_id", "another")
        desk.terminal.tmux(*stamp)
        deleted = delete(desk, pretender, "worker", *force)
        assert deleted.code == 0
        assert "is not this member's any more; it was left alone." in deleted.err
        assert (desk.panes(), pretender.keys) == ([desk.pane, pane], "")
        assert names(desk) == []

    @pytest.mark.parametrize("force", [(), ("--force",)])
    def test_its_server_is_another_at_the_same_socket(
        self, desk: Desk, pretender: Pretender, force: tuple[str, ...]
    ) -> None:
        """A pane's id and its stamp may come again, with whoever brings back a session."""
        pane = hire(desk, pretender)
        with desk.registry.write():
            desk.registry.execute(
                "UPDATE agent_placements SET tmux_server_pid = 1 WHERE tmux_pane_id = ?",
                (pane,),
            )
        deleted = delete(desk, pretender, "worker", *force)
        assert deleted.code == 0
        assert "is not this member's any more; it was left alone." in deleted.err
        assert (desk.panes(), pretender.keys) == ([desk.pane, pane], "")

    def test_its_server_is_gone(self, desk: Desk, pretender: Pretender) -> None:
        pane = hire(desk, pretender)
        inside = desk.terminal.inside(desk.pane)
        desk.terminal.tmux("kill-server")
        registry = desk.terminal.registry
        asked = ("member", "delete", "--member-id", "worker")
        deleted = cafleet(registry, *asked, **inside)
        assert (deleted.code, deleted.err) == (
            *(0, f"pane {pane} went with its tmux server.\n"),
        )
        listed = agents.listed(desk.registry, desk.team.session)
        assert "worker" not in [agent.name for agent in listed]

    def test_its_program_ended_by_itself(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        pane = hire(desk, pretender)
        desk.terminal.keys(pane, *"/exit")
        dead = ("display-message", "-p", "-t", pane, "#{pane_dead}")
        eventually(lambda: desk.terminal.tmux(*dead) == "1")
        assert "(closed)" in delete(desk, pretender).out
        assert desk.panes() == [desk.pane]


def test_a_window_is_in_order_afterwards_and_without_the_dead(
    desk: Desk, pretender: Pretender
) -> None:
    desk.terminal.tmux("resize-window", "-t", desk.pane, "-x", "70", "-y", "24")
    first, second, third = (hire(desk, pretender, name) for name in ("a", "b", "c"))
    listed = ("list-panes", "-a", "-F", "#{window_id} #{pane_id}")
    homes = dict(line.split()[::-1] for line in desk.terminal.tmux(*listed).split("\n"))
    assert homes[first] == homes[second] == homes[third] != homes[desk.pane]
    left = roster.find(desk.registry, desk.team.caller(), "a")
    agents.deregister(desk.registry, left)
    desk.terminal.keys(first, *"/exit")
    dead = ("display-message", "-p", "-t", first, "#{pane_dead}")
    eventually(lambda: desk.terminal.tmux(*dead) == "1")
    assert delete(desk, pretender, "b").code == 0
    left_over = ("list-panes", "-t", homes[third], "-F", "#{pane_id} #{pane_height}")
    height = desk.terminal.tmux(
        "display-message", "-p", "-t", third, "#{window_height}"
    )
    assert desk.terminal.tmux(*left_over) == f"{third} {height}"
    assert delete(desk, pretender, "c").code == 0
    assert homes[third] not in desk.terminal.tmux(*listed)


class TestDeletingASession:
    def delete(self, desk: Desk, *more: str) -> Ran:
        return desk("session", "delete", desk.team.session.session_id, *more)

    def test_panes_stay_and_are_named(self, desk: Desk, pretender: Pretender) -> None:
        pane = hire(desk, pretender)
        deleted = self.delete(desk)
        assert deleted.err == f"Panes left open: {desk.pane} Director, {pane} worker\n"
        assert desk.panes() == [desk.pane, pane]

    def test_on_request_those_of_the_members_end_and_no_others(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        mine, lost = hire(desk, pretender, "mine"), hire(desk, pretender, "lost")
        stamp = ("set-option", "-p", "-t", lost, "@cafleet_agent_id", "another")
        desk.terminal.tmux(*stamp)
        apart = hire(desk, pretender, "apart", "--layout", "new-window")
        self_made = desk.terminal.pane(["sleep", "60"])
        agents.register(
            desk.registry,
            desk.team.session,
            *("guest", "A human's own agent"),
            here=desk.terminal.here(self_made),
        )
        worker = roster.find(desk.registry, desk.team.caller(), "mine")
        send.send(desk.registry, desk.team.director, [worker], "to do")
        deleted = self.delete(desk, "--close-panes", "--json")
        assert deleted.code == 0
        assert set(deleted.document["closed"]) == {f"{mine} mine", f"{apart} apart"}
        assert set(deleted.document["panes"]) == {
            *(f"{desk.pane} Director", f"{lost} lost", f"{self_made} guest"),
        }
        assert "Panes closed: " in deleted.err
        assert desk.panes() == [desk.pane, lost]
        remaining = desk.terminal.tmux("list-panes", "-a", "-F", "#{pane_id}").split()
        assert apart not in remaining
        assert self_made in remaining
        again = self.delete(desk, "--close-panes")
        assert (again.code, again.err) == (0, "")

    def test_one_in_which_another_session_lives_stays_open(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        pane = hire(desk, pretender)
        another_session_in(desk, pane)
        deleted = self.delete(desk, "--close-panes", "--json")
        assert f"Agents of other sessions live in: {pane} worker\n" in deleted.err
        assert f"{pane} worker" in deleted.document["panes"]
        assert deleted.document["closed"] == []
        assert desk.panes() == [desk.pane, pane]
