"""`member note`, and the orders of `member list`: what people keep of their members."""

from __future__ import annotations

from cafleet_core.broker.team.notes import LONGEST_NOTE
from tests.cli.desk import Desk

LIST = ("member", "list")


def test_a_note_is_a_line_for_people_which_lists_show(desk: Desk) -> None:
    desk.hire("worker")
    assert "note" not in desk(*LIST).out
    assert desk("member", "note", "worker").out == "Nothing is noted of worker.\n"
    hostile = "waits\nfor \x1b[31m the   schema"
    assert (
        desk("member", "note", "worker", hostile).out == "waits for [31m the schema\n"
    )
    more = desk("member", "note", "worker", "now", "asks", "--json").document
    assert more["note"] == "now asks"
    for arguments in ((), ("--activity",)):
        listed = desk(*LIST, *arguments)
        assert "note" in listed.out.splitlines()[0]
        assert listed.out.splitlines()[1].endswith("now asks")
        [document] = desk(*LIST, *arguments, "--json").document
        assert document["note"] == "now asks"
    assert "now asks" in desk("agent", "show", "worker").out
    for words, why in (
        (("x" * (LONGEST_NOTE + 1),), f"has {LONGEST_NOTE} characters at most"),
        ((" \t",), "the note is empty"),
        (("--clear", "x"), "--clear takes no text"),
    ):
        refused = desk("member", "note", "worker", *words)
        assert (refused.code, why in refused.err) == (2, True)
    assert desk("member", "note", "worker").out == "now asks\n"
    assert desk("member", "note", "worker", "--clear").code == 0
    assert desk("member", "note", "worker", "--json").document["note"] is None


def test_a_list_is_sorted_as_it_is_asked_for(desk: Desk) -> None:
    made = ("worker-10", "worker-2", "Ann")
    for name in made:
        assert desk.hire(name).code == 0

    def names(*sort: str) -> tuple[str, ...]:
        listed = desk(*LIST, "--json", *sort).document
        return tuple(each["name"] for each in listed)

    assert names() == made
    assert names("--sort", "name") == ("Ann", "worker-2", "worker-10")
    assert names("--sort", "name", "--activity") == ("Ann", "worker-2", "worker-10")
    assert names("--sort", "activity") == ("Ann", "worker-2", "worker-10")
    assert "'colour' is not one of 'need'" in desk(*LIST, "--sort", "colour").err
