"""Run the design-document skills: who is sent which message, in which order."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from cafleet_core import assets
from cafleet_core.broker.messages import pages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.views import Entry
from tests.assets import skill_text
from tests.assets.play import Play

DOC = "design-docs/0001-titles.md"


class Team(NamedTuple):
    """A skill's Director with its members, and the session."""

    play: Play
    skill: str
    session: str

    def give(self, command: str, **words: str) -> None:
        """Send work to a member, wait for the report and ack it, as the skill says."""
        poll, ack = self.play.section("cafleet", "Take a report")
        self.play.run(command, DOC=DOC, **words)
        text = shlex.split(skill_text.filled(command, {"DOC": DOC, **words}))[-1]
        self.play.run(ack, TASK=self.play.inbox(poll, f"Done: {text}"))

    def section(self, heading: str) -> list[str]:
        """The commands below a heading of the Director's role file."""
        return self.play.section(self.skill, heading)


def a_team(play: Play, skill: str) -> Team:
    """Create a session and the skill's members, each with its own prompt."""
    team = Team(play, skill, play.begun())
    for spawn in team.section("1. Prepare"):
        assert play.run(spawn, SKILL=str(assets.skills()[skill])).endswith("ready\n")
    return team


def conversation(entries: Sequence[Entry]) -> list[str]:
    """The messages as `sender > recipient`."""
    return [
        f"{entry.sender_name} > {delivery.recipient_name}"
        for entry in entries
        for delivery in entry.deliveries
    ]


def one_at_a_time(entries: Sequence[Entry]) -> bool:
    """Whether each message was sent after the previous one was acked."""
    stamps = [
        stamp
        for entry in entries
        for stamp in (entry.created_at, entry.deliveries[0].acked_at or "")
    ]
    # a member acks its work before it reports, and the Director before it goes on
    return stamps == sorted(stamps) and all(stamps)


def test_each_step_is_tested_then_built_then_verified(
    play: Play, registry: Registry
) -> None:
    team = a_team(play, "design-doc-execute")
    test, poll, ack, build, *_, verify, poll_last, ack_last = team.section(
        "2. Each step"
    )
    assert (poll, ack) == (poll_last, ack_last)
    for number in ("1", "2"):
        team.give(test, N=number)
        team.give(build, N=number, TESTREPORT="It fails: no title.")
        team.give(verify, N=number, REPORTS="It passes.")
    [mend] = team.section("3. When it does not pass")
    team.give(mend, N="2", FINDINGS="1. An empty title is taken.")
    team.give(verify, N="2", REPORTS="It passes.")
    [whole] = team.section("4. End")
    team.give(whole)

    said = pages.newest(registry, team.session)
    step = [
        *("Director > tester", "tester > Director"),
        *("Director > programmer", "programmer > Director"),
        *("Director > verifier", "verifier > Director"),
    ]
    last = ["Director > verifier", "verifier > Director"]
    assert conversation(said) == [*step, *step, *step[2:], *last]
    assert one_at_a_time(said)


def test_a_document_is_drafted_reviewed_mended_and_approved(
    play: Play, registry: Registry
) -> None:
    team = a_team(play, "design-doc-create")
    draft, _, _ = team.section("2. Draft")
    review, findings = team.section("3. Review")
    [approved] = team.section("4. Approval")
    team.give(draft, GOAL="Every note has a title.", ANSWERS="Titles are plain.")
    for number in ("1", "2"):
        team.give(review, ROUND=number, GOAL="Every note has a title.")
        team.give(findings, ROUND=number, FINDINGS="1. must: no limit is named.")
    team.give(approved)

    said = pages.newest(registry, team.session)
    drafting = ["Director > drafter", "drafter > Director"]
    reviewing = ["Director > reviewer", "reviewer > Director"]
    rounds = [*reviewing, *drafting] * 2
    assert conversation(said) == [*drafting, *rounds, *drafting]
    assert one_at_a_time(said)


@pytest.mark.parametrize("skill", ["design-doc-create", "design-doc-execute"])
def test_every_role_is_somebody_s_first_prompt_or_the_director_s(skill: str) -> None:
    folder = assets.skills()[skill] / "roles"
    spawned = {
        command.rpartition("/")[2].removesuffix(".md")
        for command in skill_text.under(folder / "director.md", "1. Prepare")
    }
    roles = {path.stem for path in folder.iterdir()}
    assert roles == {"director", *spawned}
