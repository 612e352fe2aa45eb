"""`member create`: what a member is told and given, where its pane goes, and what is undone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cafleet_core.setup import signature
from tests.cli.desk import Desk
from tests.cli.pretender import (
    AT_REST,
    PROMPTED,
    TRUST,
    Pretender,
    creating,
    files_left,
    nothing_changed,
)
from tests.terminal import Ran, eventually

LONG = 'Read "this" {{name}} $(id) `x` \\ {"json": {}};\n' * 22_000

RESTING = {
    "claude": AT_REST,
    "codex": "Ready.\n\n› ",
    "opencode": "Ready.\n┃\n╹▀▀▀\n",
}
"""What each shows when it is ready, so that nobody waits for that."""
"""What each of the known coding agents shows at rest, one below the other."""


def hire(desk: Desk, pretender: Pretender, *more: str, **extra: str) -> Ran:
    """Create a member that the pretender plays."""
    arguments = creating("worker", pretender.name, "--json", *more)
    return desk(*arguments, **pretender.configured(PROMPTED), **extra)


class TestThePrompt:
    def test_names_are_filled_in_and_every_other_brace_stays(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        words = '{{name}} {{agent_id}}: {"a": {{"b": {}}}} {name} {{session-id}} %d;'
        made = hire(desk, pretender, "--", words, "{{director_agent_id}}").document
        [prompt] = pretender.started["argv"]
        assert prompt == (
            f'worker {made["agent_id"]}: {{"a": {{{{"b": {{}}}}}}}}'
            f" {{name}} {{{{session-id}}}} %d; {desk.team.director.agent_id}"
        )

    def test_without_words_a_member_is_told_who_it_is_and_how_to_talk(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        made = hire(desk, pretender).document
        [prompt] = pretender.started["argv"]
        assert "You are worker" in prompt
        for verb in ("poll", "ack", "send"):
            assert f"cafleet message {verb} " in prompt
        assert f"directed by {desk.team.director.agent_id[:8]}" in prompt
        variables = pretender.started["env"]
        assert variables["CAFLEET_AGENT_ID"] == made["agent_id"]
        assert variables["CAFLEET_SESSION_ID"] == desk.team.session.session_id
        assert "{{" not in prompt

    def test_it_may_come_from_a_file_named_in_any_way(
        self, desk: Desk, pretender: Pretender, tmp_path: Path
    ) -> None:
        file = tmp_path / "prompt.txt"
        file.write_text("For {{name}}:\n  do it;\n", "utf-8")
        relative = os.path.relpath(file)
        assert hire(desk, pretender, "--prompt-file", relative).code == 0
        assert pretender.started["argv"] == ["For worker:\n  do it;\n"]

    def test_of_a_role_that_setup_has_put_in_the_seal_is_not_told(
        self, desk: Desk, pretender: Pretender, tmp_path: Path
    ) -> None:
        role = tmp_path / "member.md"
        role.write_text(signature.file("For {{name}}.\n", "<!--"), "utf-8")
        assert hire(desk, pretender, "--prompt-file", str(role)).code == 0
        assert pretender.started["argv"] == ["For worker.\n"]

    @pytest.mark.parametrize(
        ("content", "more", "code", "why"),
        [
            (None, (), 1, "prompt file {} cannot be read: No such file"),
            (b" \n", (), 1, "prompt file {} is empty"),
            (b"caf\xe9", (), 1, "prompt file {} is not UTF-8"),
            (b"words", ("--", "words"), 2, "give a prompt or --prompt-file, not both"),
        ],
    )
    def test_a_file_that_is_no_prompt_is_refused(
        self,
        desk: Desk,
        tmp_path: Path,
        content: bytes | None,
        more: tuple[str, ...],
        code: int,
        why: str,
    ) -> None:
        file = tmp_path / "prompt.txt"
        if content is not None:
            file.write_bytes(content)
        named = ("--prompt-file", str(file), *more)
        refused = desk(*creating("worker", "standin", *named))
        assert (refused.code, refused.out) == (code, "")
        assert refused.err.startswith("Error: " + why.format(file))
        assert refused.err.count("\n") <= 2, "what is the case, and the way out"
        nothing_changed(desk)

    def test_a_file_without_an_end_is_refused(self, desk: Desk) -> None:
        refused = desk(*creating("worker", "standin", "--prompt-file", "/dev/zero"))
        assert (refused.code, refused.out) == (1, "")
        assert "/dev/zero cannot be read: it is over 10 MB" in refused.err
        nothing_changed(desk)

    @pytest.mark.parametrize("kind", ["claude", "codex", "opencode"])
    def test_a_megabyte_is_read_from_a_private_file(
        self, desk: Desk, tmp_path: Path, kind: str
    ) -> None:
        agent = Pretender(tmp_path, kind).plays(RESTING[kind])
        file = tmp_path / "long.txt"
        file.write_text(LONG, "utf-8")
        assert len(LONG) > 1_000_000
        path = agent.on_path(os.environ["PATH"])
        named = ("--prompt-file", str(file), "--json")
        made = desk(*creating("worker", kind, *named), **path)
        assert made.code == 0, made.err
        kept = Path(desk.registry.folder) / f".cafleet-{made.document['agent_id']}"
        prompt = eventually(lambda: agent.started)["argv"][-1]
        assert str(kept / "prompt.md") in prompt
        assert (kept / "prompt.md").read_text("utf-8") == LONG.replace(
            "{{name}}", "worker"
        )
        assert stat.S_IMODE(kept.stat().st_mode) == 0o700
        assert stat.S_IMODE((kept / "prompt.md").stat().st_mode) == 0o600
        if kind == "claude":
            assert agent.started["argv"][:2] == ["--add-dir", str(kept)]
        assert desk("member", "delete", "--member-id", "worker", "--force").code == 0
        assert files_left(desk) == []

    def test_an_agent_that_takes_none_as_an_argument_has_it_typed(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        arguments = creating("worker", "pretender", "--", "for", "{{name}}")
        assert desk(*arguments, **pretender.configured()).code == 0
        assert pretender.started["argv"] == []
        assert eventually(lambda: pretender.keys) == "for worker\r"
        pretender.plays(TRUST)
        another = desk(*creating("another", "pretender"), **pretender.configured())
        assert (another.code, "not ready yet (waiting)" in another.out) == (0, True)
        assert "another was not told its prompt" in another.err


class TestWhatItIsGiven:
    def test_it_knows_who_it_is_whatever_the_tmux_server_knows(
        self, desk: Desk, pretender: Pretender, tmp_path: Path
    ) -> None:
        path = f"{tmp_path}/own:{os.environ['PATH']}"
        made = hire(
            desk,
            pretender,
            *("--env", "EXTRA=a=b;", "--env", "CAFLEET_AGENT_ID=forged"),
            *("--cwd", str(tmp_path)),
            PATH=path,
            CAFLEET_MAX_TEXT_LEN="77",
        )
        assert made.code == 0, made.err
        given = pretender.started["env"]
        assert given["PATH"] == path
        assert given["CAFLEET_MAX_TEXT_LEN"] == "77"
        assert given["EXTRA"] == "a=b;"
        assert given["CAFLEET_AGENT_ID"] == made.document["agent_id"]
        assert given["CAFLEET_SESSION_ID"] == desk.team.session.session_id
        assert given["CAFLEET_DATABASE_URL"] == desk.registry.url
        assert pretender.started["cwd"] == given["PWD"] == str(tmp_path)
        assert files_left(desk) == []

    def test_a_folder_s_name_is_never_run_by_tmux(
        self, desk: Desk, pretender: Pretender, tmp_path: Path
    ) -> None:
        folder = tmp_path / "#(touch pwned) #{pid};"
        folder.mkdir()
        (folder / "json.py").write_text("raise SystemExit('shadowed')")
        assert hire(desk, pretender, "--cwd", str(folder)).code == 0
        assert pretender.started["cwd"] == str(folder)
        assert [path.name for path in folder.iterdir()] == ["json.py"]

    def test_a_model_is_for_those_that_take_one(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        refused = desk(*creating("worker", "standin", "--model", "large"))
        expected = "Error: coding agent 'standin' takes no --model.\n"
        assert refused.refusal == (1, "", expected)
        nothing_changed(desk)
        takes_one = pretender.configured('model_argv = ["-m", "{model}"]', PROMPTED)
        desk(*creating("worker", "pretender", "--model", "l;", "--", "go"), **takes_one)
        assert pretender.started["argv"] == ["-m", "l;", " go"]

    def test_an_effort_is_for_those_that_take_one(
        self, desk: Desk, pretender: Pretender
    ) -> None:
        refused = desk(*creating("worker", "standin", "--effort", "high"))
        expected = "Error: coding agent 'standin' takes no --effort.\n"
        assert refused.refusal == (1, "", expected)
        nothing_changed(desk)
        effort = 'effort_argv = ["-c", "effort={effort}"]'
        takes_one = pretender.configured(effort, PROMPTED)
        desk(
            *creating("worker", "pretender", "--effort", "{name}", "--", "go"),
            **takes_one,
        )
        assert pretender.started["argv"] == ["-c", "effort={name}", " go"]


def test_one_that_asks_first_is_not_ready_yet(desk: Desk, pretender: Pretender) -> None:
    pretender.plays(TRUST)
    made = hire(desk, pretender)
    assert (made.code, made.document["ready"]) == (0, False)
    assert made.document["state"] == "waiting"
    assert "worker is not ready yet: it asks something" in made.err
    assert "| ❯ No, exit" in made.err
    assert pretender.keys == ""
    assert desk("member", "list", "--json").document[0]["name"] == "worker"
