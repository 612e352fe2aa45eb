"""`member restart`: the same agent again, in its own conversation, whatever became of its pane."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cafleet_core.broker.team import roster
from cafleet_core.broker.team.restart_member import Restart, restart
from cafleet_core.errors import NotReady
from tests.cli.desk import Desk
from tests.cli.pretender import (
    ASKING,
    AT_REST,
    BUSY,
    DRAFTING,
    Pretender,
    files_left,
)
from tests.cli.worker_office import BEGINS, RESUMES, Office
from tests.terminal import command_line, eventually


@pytest.fixture
def office(desk: Desk, pretender: Pretender) -> Office:
    return Office(desk, pretender, BEGINS, RESUMES)


class TestTheSameAgent:
    def test_one_that_crashed_goes_on_in_its_pane_and_hears_what_it_missed_once(
        self, office: Office
    ) -> None:
        desk, pane = office.desk, office.hire("--", "Go.")
        worker = roster.find(desk.registry, desk.team.caller(), "worker")
        conversation = office.conversation()
        begun = office.pretender.started["argv"]
        assert begun == ["--conversation", conversation, "Go."]
        office.crash(pane)
        desk("message", "send", "--to", "worker", "--text", "While it was gone.")
        again = office.restart()
        assert (again.code, again.err) == (0, "")
        assert again.document["agent_id"] == worker.agent_id
        assert again.document["placement"]["tmux_pane_id"] == pane
        resume, named, prompt = office.pretender.started["argv"]
        assert (resume, named) == ("resume", conversation)
        assert "You are still worker" in prompt
        assert "One message waits." in prompt
        assert "cafleet message poll --full" in prompt
        keys = eventually(lambda: office.pretender.keys)
        assert keys.count("While it was gone.") == 1
        assert office.conversation() == conversation
        assert files_left(desk) == []

    def test_one_at_rest_is_asked_to_exit_first(self, office: Office) -> None:
        pane = office.hire()
        again = office.restart()
        assert (again.code, again.err) == (0, "")
        assert office.living() == [pane]
        assert office.pretender.started["argv"][0] == "resume"

    def test_where_its_pane_was_closed_it_gets_another_beside_its_director(
        self, office: Office
    ) -> None:
        pane = office.hire()
        office.desk.terminal.tmux("kill-pane", "-t", pane)
        assert office.restart().code == 0
        [another] = office.living()
        assert office.desk.panes() == [office.desk.pane, another]

    def test_where_its_pane_goes_with_its_program_too(self, office: Office) -> None:
        pane = office.hire()
        office.desk.terminal.tmux(
            "set-option", "-p", "-t", pane, "remain-on-exit", "off"
        )
        again = office.restart()
        assert (again.code, again.err) == (0, "")
        [another] = office.living()
        assert another != pane

    def test_fresh_it_begins_another_conversation(self, office: Office) -> None:
        office.hire()
        before = office.conversation()
        assert office.restart("--fresh").code == 0
        begins, named, _ = office.pretender.started["argv"]
        assert begins == "--conversation"
        assert named == office.conversation() != before

    def test_its_variables_come_from_its_living_program_else_from_here(
        self, office: Office
    ) -> None:
        pane = office.hire("--env", "COLOUR=blue", "--env", "SHAPE=round")
        assert office.restart().code == 0
        given = office.pretender.started["env"]
        assert (given["COLOUR"], given["SHAPE"]) == ("blue", "round")
        office.crash(pane)
        again = office.restart(SHAPE="square")
        assert again.err == "not given to it, because they are not set here: COLOUR\n"
        assert office.pretender.started["env"]["SHAPE"] == "square"
        [kept] = office.desk.registry.row("SELECT variables FROM starts")
        assert kept == "COLOUR SHAPE"


class TestWhatWouldBeLost:
    @pytest.mark.parametrize(
        ("screen", "what"),
        [(ASKING, "worker asks something: "), (DRAFTING, "worker holds a draft: half")],
    )
    def test_is_named_and_kept_unless_forced(
        self, office: Office, screen: str, what: str
    ) -> None:
        office.pretender.plays(screen)
        pane = office.hire()
        refused = office.restart()
        assert (refused.code, refused.error["message"][: len(what)]) == (1, what)
        assert office.living() == [pane]
        assert office.pretender.keys == ""
        office.pretender.plays(AT_REST)
        assert office.restart("--force").code == 0
        assert office.living() == [pane]

    def test_one_that_does_not_end_stays(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_CONFIG_HOME", office.known["XDG_CONFIG_HOME"])
        office.pretender.plays(BUSY, stubborn=True)
        pane = office.hire()
        worker = roster.find(office.desk.registry, office.desk.team.caller(), "worker")
        with pytest.raises(NotReady) as refused:
            restart(office.desk.registry, worker, Restart(exit_seconds=0.5))
        assert f"restart --member-id {worker.agent_id} --force" in refused.value.message
        assert office.living() == [pane]
        office.pretender.plays(AT_REST)
        assert office.restart("--force").code == 0


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ((BEGINS,), "coding agent 'pretender' cannot go on with a conversation; "),
        ((RESUMES,), "which conversation worker was in is not known; "),
    ],
)
def test_without_a_conversation_only_fresh(
    desk: Desk, pretender: Pretender, table: tuple[str, ...], why: str
) -> None:
    office = Office(desk, pretender, *table)
    office.hire()
    refused = office.restart()
    assert refused.code == 1
    assert refused.error["message"] == f"{why}--fresh begins a new one."
    assert office.pretender.keys == ""
    assert office.restart("--fresh").code == 0


def test_where_its_folder_is_gone_it_is_told(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    office.hire("--cwd", str(folder))
    folder.rmdir()
    refused = office.restart()
    assert refused.error["message"] == f"the folder of worker is gone: {folder}."
    assert office.pretender.keys == ""


def test_one_that_ends_at_once_stays_a_member_without_a_pane_of_work(
    office: Office,
) -> None:
    pane = office.hire()
    office.crash(pane)
    office.pretender.breaks("No conversation found")
    refused = office.restart()
    assert refused.code == 1
    assert "No conversation found" in refused.error["message"]
    [row] = office.desk("member", "list", "--activity", "--json").document
    assert (row["name"], row["state"]) == ("worker", "dead")
    office.pretender.plays(AT_REST)
    assert office.restart("--fresh").code == 0
    assert office.living() == [pane]


def test_a_pane_that_runs_something_else_by_now_is_left_alone(office: Office) -> None:
    pane = office.hire()
    office.desk.terminal.tmux("respawn-pane", "-k", "-t", pane, "sleep", "600")
    assert office.restart().code == 0
    [another] = office.living()
    assert another != pane
    running = office.desk.terminal.tmux(
        "display-message", "-p", "-t", pane, "#{pane_current_command}"
    )
    assert running == "sleep"


def test_a_member_s_own_commands_tell_its_conversation(
    desk: Desk, pretender: Pretender
) -> None:
    variable = 'conversation_variable = "PRETENDED_THREAD"'
    office = Office(desk, pretender, RESUMES, variable)
    office.hire()
    given = office.pretender.started["env"]
    assert office.conversation() == ""
    for thread in ("thread-1", "thread_2", "--last", "a;b"):
        environ = {**given, "PRETENDED_THREAD": thread}
        polled = subprocess.run(
            command_line("message", "poll"), env=environ, check=False
        )
        assert polled.returncode == 0
    assert office.conversation() == "thread_2"
    assert office.restart().code == 0
    assert office.pretender.started["argv"][:2] == ["resume", "thread_2"]


def test_the_record_of_its_program_tells_it_once_it_is_ready(
    desk: Desk, pretender: Pretender
) -> None:
    office = Office(desk, pretender.keeps_record("abc-1"), RESUMES)
    pane = office.hire()
    assert office.conversation() == "abc-1"
    office.crash(pane)
    assert office.restart().code == 0
    assert office.pretender.started["argv"][:2] == ["resume", "abc-1"]
