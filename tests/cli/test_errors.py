"""Errors as a product: stable codes, a way out for each, and every message in the catalogue."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.cli import error_hints, push_hints
from cafleet_core.cli.main import run
from cafleet_core.errors import CafleetError
from cafleet_core.reference import errors, message_templates, troubleshooting
from cafleet_core.states import PushReason
from tests.cli.conftest import Prompt
from tests.team import Team
from tests.terminal import begun

CODES = {
    "ambiguous": 1,
    "caller_unknown": 1,
    "failed": 1,
    "internal": 1,
    "git": 1,
    "invalid_input": 2,
    "invalid_setting": 1,
    "not_found": 1,
    "outcome_unknown": 3,
    "refused": 1,
    "registry": 1,
    "send_failed": 1,
    "timeout": 3,
    "tmux": 1,
    "usage": 2,
}
"""What scripts rely on: a code may come, none may go or change."""

KINDS = errors.errors()


def test_codes_and_exit_codes_stay() -> None:
    codes = {kind.code: kind.exit_code for kind in KINDS.values()}
    assert codes == CODES, f"CODES in {__file__} is what scripts rely on"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_error_says_what_is_the_case(kind: type[CafleetError]) -> None:
    assert kind.__doc__


def test_every_code_has_a_way_out_and_no_way_out_is_left_over() -> None:
    assert set(error_hints.BY_CODE) == set(CODES), "BY_CODE or CODES lacks a code"
    said = {message for messages in errors.messages().values() for message in messages}
    assert set(error_hints.BY_MESSAGE) - said == set()
    ways = [*error_hints.BY_CODE.values(), *error_hints.BY_MESSAGE.values()]
    assert [way for way in ways if not way.endswith(".")] == []


def test_every_reason_of_a_push_has_words_and_a_way_out() -> None:
    reasons = set(PushReason) - {PushReason.ANSWER}
    assert set(push_hints.BY_PUSH_REASON) == reasons
    hints = [hint for pair in push_hints.BY_PUSH_REASON.values() for hint in pair]
    assert [hint for hint in hints if not hint.endswith(".")] == []


def test_the_troubles_document_lists_every_code_and_every_reason() -> None:
    document = troubleshooting.document()
    for code in CODES:
        assert f"| [`{code}`](errors.md#{code}) |" in document
    for reason in push_hints.BY_PUSH_REASON:
        assert f"| `{reason}` |" in document


@cache
def catalogue() -> dict[str, list[str]]:
    """The messages of the document by code, as patterns."""
    patterns: dict[str, list[str]] = {}
    for part in errors.document().split("\n## ")[1:]:
        code, *lines = part.splitlines()
        said = [line[3:-1] for line in lines if line.startswith("- `")]
        patterns[code] = [
            re.sub(r"<\S+?>", ".*", re.escape(message)) for message in said
        ]
    return patterns


REFUSALS = [
    ("session", "show", "nothing"),
    ("session", "create"),
    ("agent", "show", "--id", "alcie"),
    ("agent", "deregister", "--agent-id", "Administrator"),
    ("agent", "register", "--name", "all", "--description", "d"),
    ("agent", "register", "--name", "alice", "--description", "d"),
    ("agent", "register", "--name", "c", "--description", "d", "--skills", "{"),
    ("agent", "register", "--name", "c", "--description", "d", "--here"),
    ("message", "send", "--to", "bob"),
    ("message", "send", "--to", "bob", "--text", " "),
    ("message", "send", "--to", "bob", "--file", "/dev/null/x"),
    ("message", "show", "--task-id", "beef0000"),
    ("message", "ack", "--task-id", "{task}"),
    ("message", "ack"),
    ("message", "poll", "--since", "never"),
    ("message", "poll", "--jso"),
    ("message", "pol"),
    ("member", "ping", "--member-id", "bob"),
    ("member", "send-input", "--member-id", "bob"),
    ("--session-id", "nothing", "message", "poll"),
]


@pytest.mark.parametrize("command", REFUSALS, ids=" ".join)
def test_a_refusal_is_in_the_catalogue_in_both_forms(
    cli: Prompt, registry: Registry, team: Team, command: tuple[str, ...]
) -> None:
    task = send.send(registry, team.director, [team.others["alice"]], "hi").task
    who = ["--session-id", team.session.session_id, "--agent-id", "Director"]
    words = [task.task_id if word == "{task}" else word for word in command]
    ran = cli(*who, *words)
    as_json = cli(*who, "--json", *words)
    error = as_json.error
    assert set(error) == {"code", "message"}
    assert (ran.code, ran.out) == (as_json.code, as_json.out)
    assert (ran.code, ran.out) == (CODES[error["code"]], "")
    assert ran.refusal[2] == f"Error: {error['message']}\n"
    assert as_json.err.count("\n") == 1
    patterns = catalogue()[error["code"]]
    assert [pattern for pattern in patterns if re.search(pattern, error["message"])]


def test_templates_show_what_differs_as_marks(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text(
        'LIMIT = 5.0\nPLAIN = "plain"\n'
        "def outer():\n    inner(PLAIN)\n    inner('other')\n"
        "def inner(words):\n    raise Wrong(words)\n"
        "def called():\n    raise Wrong(told(3))\n"
        "def told(number):\n"
        "    if number:\n        return f'{LIMIT:.0f} s'\n    return 'none'\n"
        "def filled(error, one):\n"
        "    raise Wrong(f'{one.name!r} of {len(one.parts)}\\n{hint}')\n"
        "def handed_on(error):\n    raise Wrong(str(error))\n"
    )
    said = message_templates.templates([source], {"Wrong"})
    marks = "'<name>' of <parts>⏎"
    assert said == {"Wrong": {"plain", "other", "5 s", "none", marks}}


@pytest.mark.parametrize(
    ("arguments", "as_json"),
    [
        (("nonsense", "--json"), True),
        (("--json", "nonsense"), True),
        (("poll", "--limit", "x", "--json"), True),
        (("nonsense", "--", "--json"), False),
        (("send", "--to", "bob", "--text", "--json"), False),
        (("send", "--to", "nobody", "--text", "--json", "--json"), True),
        (("message", "--json"), True),
        (("--json",), True),
        (("message",), False),
    ],
)
def test_errors_are_json_exactly_where_json_was_asked_for(
    cli: Prompt, arguments: tuple[str, ...], as_json: bool
) -> None:
    refused = cli(*arguments)
    assert refused.code in (1, 2)
    assert refused.out == ""
    assert refused.err.startswith('{"error":{') == as_json


def test_a_nul_is_refused_at_the_door(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["session", "show", "a\0b"]) == 2
    assert capsys.readouterr().err == "Error: an argument holds a NUL character.\n"


def test_an_interrupted_command_only_ends_the_line(
    registry_path: Path, team: Team
) -> None:
    waiting = begun(
        registry_path,
        *("--session-id", team.session.session_id, "--agent-id", "alice"),
        *("message", "poll", "--wait", "60"),
    )
    time.sleep(1)  # it has begun to wait; an earlier signal would find no handler
    waiting.send_signal(signal.SIGINT)
    assert waiting.communicate(timeout=20) == ("", "\n")
    assert waiting.returncode == 130


INTERRUPTED_AT_ONCE = """
import sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "cafleet_core.cli.main":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Finder())
from cafleet_core.__main__ import main
main()
"""


@pytest.mark.sqlite
def test_an_interrupt_before_the_command_begins_is_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AT_ONCE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.sqlite  # a server is asked for what is owed before, too
def test_an_interrupt_after_the_command_is_done_does_not_undo_it(
    as_agent: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(pending, "unsettled", interrupted)
    sent = as_agent("alice", "send", "--to", "bob", "--text", "x", "--quiet")
    assert (sent.code, sent.err) == (0, "")
    assert as_agent("bob", "poll", "--quiet").out == sent.out
