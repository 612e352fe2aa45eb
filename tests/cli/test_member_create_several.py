"""`member create` with what is left out, refused beforehand, or wanted several times."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents
from cafleet_core.storage import agents as rows
from cafleet_core.storage import budgets
from tests.cli.desk import Desk
from tests.cli.pretender import PROMPTED, Pretender, creating, nothing_changed
from tests.terminal import begun, eventually

KNOWN = (
    "{{session_id}}, {{agent_id}}, {{director_agent_id}}, {{name}}, {{coding_agent}}"
)
NUMBERED = ("member", "create", "--description", "Reads", "--name", "reader-{n}")


def directed_by(desk: Desk, coding_agent: str) -> None:
    """As if this coding agent ran in the Director's pane."""
    placement = desk.team.director.placement
    assert placement is not None
    changed = placement._replace(coding_agent=coding_agent)
    with desk.registry.write():
        rows.place(desk.registry, desk.team.director.agent_id, changed)


def names(desk: Desk) -> set[str]:
    listed = agents.listed(desk.registry, desk.team.session)
    return {agent.name for agent in listed} - {"Director", "Administrator"}


class TestTheCodingAgent:
    MEMBER = ("member", "create", "--name", "worker", "--description", "Works")

    def test_where_none_is_named_it_is_the_director_s(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        directed_by(desk, "pretender")
        known = pretender.configured(PROMPTED)
        made = desk(*self.MEMBER, "--json", "--", "Be a {{coding_agent}}.", **known)
        assert made.document["placement"]["coding_agent"] == "pretender", made
        assert pretender.started["argv"] == ["Be a pretender."]

    def test_one_that_is_named_wins(self, desk: Desk, pretender: Pretender) -> None:
        directed_by(desk, "codex")
        known = pretender.configured(PROMPTED)
        made = desk(*self.MEMBER, "--coding-agent", "pretender", **known)
        assert "backend=pretender" in made.out, made

    @pytest.mark.parametrize("kind", ["unknown", "removed-by-now"])
    def test_under_a_director_of_no_known_kind_it_is_the_usual_one(
        self, desk: Desk, kind: str
    ) -> None:
        directed_by(desk, kind)
        refused = desk(*self.MEMBER, PATH="/usr/bin:/bin")
        assert refused.refusal == (1, "", "Error: binary claude not found on PATH\n")


class TestThePrompt:
    def test_it_may_come_from_standard_input(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        known = pretender.configured(PROMPTED)
        arguments = creating("worker", "pretender", "--prompt-file", "-")
        made = desk(*arguments, stdin="For {{name}}:\n  do it;\n", **known)
        assert made.code == 0, made
        assert pretender.started["argv"] == ["For worker:\n  do it;\n"]

    def test_nothing_on_standard_input_is_no_prompt(self, desk: Desk) -> None:
        refused = desk(*creating("worker", "standin", "--prompt-file", "-"), stdin="\n")
        assert refused.refusal == (1, "", "Error: prompt file - is empty.\n")
        nothing_changed(desk)

    def test_a_name_that_stands_for_nothing_is_refused_before_anything_is_made(
        self, desk: Desk
    ) -> None:
        refused = desk(*creating("worker", "standin", "--", "I am {{nmae}}."))
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.splitlines() == [
            f"Error: {{{{nmae}}}} stands for nothing in a prompt; known are {KNOWN}.",
            "To keep the braces as they are, write \\{{nmae}}.",
        ]
        nothing_changed(desk)

    def test_a_backslash_keeps_the_braces(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        known = pretender.configured(PROMPTED)
        words = r"A \{{name}}, a \{{template}}, {{ name }} and {{name}}."
        assert desk(*creating("worker", "pretender", "--", words), **known).code == 0
        [prompt] = pretender.started["argv"]
        assert prompt == "A {{name}}, a {{template}}, {{ name }} and worker."


class TestSeveral:
    def test_each_has_its_number_and_a_line(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        known = pretender.configured(PROMPTED)
        asked = (*NUMBERED, "--count", "2", "--coding-agent", "pretender")
        made = desk(*asked, "--budget-usd", "2.5", **known)
        assert (made.code, made.err) == (0, "")
        lines = [line.split()[1:3] for line in made.out.splitlines()]
        assert lines == [[f"reader-{n}", "backend=pretender"] for n in (1, 2)]
        assert names(desk) == {"reader-1", "reader-2"}
        given = budgets.of_session(desk.registry, desk.team.session.session_id)
        assert [each.amount for each in given] == [2_500_000] * 2

    def test_one_that_fails_is_told_and_the_others_stay(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        agents.register(desk.registry, desk.team.session, "reader-2", "Was here")
        known = pretender.configured(PROMPTED)
        asked = (*NUMBERED, "--count", "3", "--coding-agent", "pretender")
        made = desk(*asked, **known)
        assert made.code == 1
        assert [line.split()[1] for line in made.out.splitlines()] == [
            "reader-1",
            "reader-3",
        ]
        assert made.err.splitlines() == [
            "Error: reader-2 was not made:"
            " an active agent named 'reader-2' exists in this session.",
            "Take another name, or end the other first: `cafleet member delete`.",
        ]
        assert names(desk) == {"reader-1", "reader-2", "reader-3"}

    def test_as_json_they_are_one_list(self, desk: Desk, pretender: Pretender) -> None:
        agents.register(desk.registry, desk.team.session, "reader-2", "Was here")
        known = pretender.configured(PROMPTED)
        asked = (*NUMBERED, "--count", "2", "--coding-agent", "pretender")
        made = desk(*asked, "--json", **known)
        assert (made.code, made.err) == (1, "")
        first, second = made.document
        assert (first["name"], first["ready"]) == ("reader-1", True)
        assert second["name"] == "reader-2"
        assert second["error"]["code"] == "refused"

    def test_what_holds_for_all_is_told_once(self, desk: Desk) -> None:
        asked = (*NUMBERED, "--count", "3", "--coding-agent", "standin")
        refused = desk(*asked, "--model", "large")
        expected = "Error: coding agent 'standin' takes no --model.\n"
        assert refused.refusal == (1, "", expected)
        nothing_changed(desk)

    def test_a_name_without_a_place_for_the_number_is_refused(self, desk: Desk) -> None:
        asked = creating("reader", "standin", "--count", "3")
        refused = desk(*asked)
        assert refused.refusal == (2, "", "Error: --count needs {n} in --name.\n")
        nothing_changed(desk)

    def test_one_that_is_interrupted_leaves_whole_members_and_tells_of_them(
        self, desk: Desk, pretender: Pretender, registry_path: Path
    ) -> None:
        pretender.plays("nothing that tells that it is ready")
        known = pretender.configured(PROMPTED)
        asked = (*NUMBERED, "--count", "3", "--coding-agent", "pretender")
        inside = desk.terminal.inside(desk.pane)
        making = begun(registry_path, *asked, "--json", **known, **inside)
        eventually(lambda: pretender.started)
        making.send_signal(signal.SIGINT)
        out, _ = making.communicate(timeout=20)
        assert (making.returncode, out) == (130, "[]\n")
        nothing_changed(desk)
