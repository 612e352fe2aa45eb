"""The user's own coding agents, from `config.toml`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.pretender import Pretender, creating, nothing_changed
from tests.terminal import eventually


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("[agents.mine]\n", "[agents.mine] argv: a new agent needs the command"),
        ("[agents.mine]\nargv = []\n", "[agents.mine] argv: empty."),
        (
            "[agents.mine]\nargv = 'x'\n",
            "[agents.mine] argv: not a list of strings.",
        ),
        (
            "[agents.codex]\nargs = ['x']\n",
            "[agents.codex] args: no such key; did you mean argv?",
        ),
        ("[agents.codex]\nexit_command = 1\n", "exit_command: not a string."),
        (
            "[agents.codex]\ninterrupt_keys = ['rm']\n",
            "[agents.codex] interrupt_keys: neither Escape nor such as C-c.",
        ),
        ("[agents.codex.cues]\nidle = ['(']\n", "[agents.codex] cues.idle: '(':"),
        ("[agents.codex.cues]\nodd = ['x']\n", "[agents.codex] cues.odd: no such"),
        ("[agents]\ncodex = 1\n", "agents.codex is not a table."),
        ("agents = 1\n", "agents is not a table of agents."),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    desk: Desk, tmp_path: Path, lines: str, why: str
) -> None:
    file = tmp_path / "cafleet" / "config.toml"
    file.parent.mkdir()
    file.write_text(lines, "utf-8")
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    refused = desk(*creating("worker", "standin", "--json"), **home)
    assert (refused.code, refused.error["code"]) == (1, "invalid_setting")
    assert str(file) in refused.error["message"]
    assert why in refused.error["message"]
    assert desk("poll", **home).code == 0, "messages do not need it"
    nothing_changed(desk)


def test_the_session_is_filled_in_where_the_command_names_it(
    desk: Desk, pretender: Pretender
) -> None:
    known = pretender.configured("prompt_argv = ['--of=x-{session_id}', '{prompt}']")
    made = desk(*creating("w", pretender.name, "--json", "--", "{session_id}"), **known)
    assert made.code == 0, made.err
    of = f"--of=x-{desk.team.session.session_id}"
    assert pretender.started["argv"] == [of, "{session_id}"]


def test_a_built_in_one_is_overridden_key_by_key(desk: Desk, tmp_path: Path) -> None:
    agent = Pretender(tmp_path, "codex").plays("● Done.\n% ")
    own = agent.configured()
    file = Path(own["XDG_CONFIG_HOME"]) / "cafleet" / "config.toml"
    file.write_text(
        "[agents.codex.cues]\nidle = ['^%$']\ncomposer = ['^%$']\n", "utf-8"
    )
    path = agent.on_path(os.environ["PATH"])
    made = desk(*creating("w", "codex", "--json", "--", "go"), **own, **path)
    assert made.document["state"] == "idle", made.err
    assert agent.started["argv"][0] == "--ask-for-approval"


def test_a_screen_that_a_key_leaves_is_left_once_before_anything_is_typed(
    desk: Desk, tmp_path: Path
) -> None:
    agent = Pretender(tmp_path).plays("Press any key\n● Done.\n❯ ")
    left = "startup = [{ shows = '^Press any', key = 'Escape' }]"
    own = agent.configured(left, "submit_delay = 50")
    made = desk(*creating("w", agent.name, "--json", "--", "go"), **own)
    assert made.document["state"] == "idle", made.err
    eventually(lambda: agent.keys.endswith("\r"))
    assert agent.keys == "\x1bgo\r"
