"""The options of `cafleet member`: see `command_table`."""

from __future__ import annotations

from cafleet_core.cli.options import NAMED, Argument, Command, Kind, Option, flag
from cafleet_core.cli.start_options import BUDGET, HOW, PROMPT
from cafleet_core.panes.tmux.layouts import LAYOUTS
from cafleet_core.states import Awaited, PaneState
from cafleet_core.views import RosterOrder


def _member(help: str) -> Option:  # noqa: A002
    return Option(("--member-id",), "member_id", help, NAMED, required=True)


_MEMBER = _member("The member.")
_LINES = Option(
    ("--lines",), "lines", "How many.", None, Kind.COUNT, 80, True, 1, 100000
)
_UNCHANGED_SINCE = Option(
    ("--unchanged-since",),
    "unchanged_since",
    "Print nothing of a pane with this digest; repeatable.",
    "[NAME=]DIGEST",
    multiple=True,
)
_ANSI = flag("--ansi", "ansi", "Keep colours and other escape sequences.")

_CREATE = (
    Option(("--name",), "name", "Unique among active agents.", required=True),
    Option(("--description",), "description", "What it is there for.", required=True),
    Option(
        ("--count",),
        "count",
        "Make several, and put their numbers in the place of {n} in --name.",
        None,
        Kind.COUNT,
        low=1,
        high=99,
    ),
    Option(
        ("--coding-agent",),
        "coding_agent",
        "What runs there; else what runs in its Director's pane.",
    ),
    *HOW,
    Option(
        ("--host",),
        "host",
        "The machine that it lives on, and the folder there: see docs/hosts-machines.md.",
        "NAME[:FOLDER]",
    ),
    BUDGET,
    Option(("--env",), "environment", "A variable; repeatable.", "K=V", multiple=True),
    Option(
        ("--worktree",),
        "worktree",
        "Make it a git worktree of its own, on a new branch: see docs/worktrees.md.",
        "[BRANCH]",
        optional=True,
    ),
    Option(
        ("--base",),
        "base",
        "What that branch begins at; else at what is checked out.",
        "REF",
    ),
    Option(
        ("--layout",),
        "layout",
        "How the panes of its window are laid out.",
        kind=Kind.CHOICE,
        choices=LAYOUTS,
        default=LAYOUTS[0],
        shows_default=True,
    ),
    Option(
        ("--prompt-file",),
        "prompt_file",
        "The prompt, instead of PROMPT; `-` is standard input.",
        "FILE|-",
    ),
)

COMMANDS = {
    "member create": Command("member_create.create", _CREATE, PROMPT),
    "member list": Command(
        "member_list.listing",
        (
            flag("--activity", "activity", "What each did last, and its state."),
            flag("--news", "news", "The activity of those alone who need you."),
            Option(
                ("--sort",),
                "sort",
                "By who needs somebody, by name, by state, or by who did something last;"
                " else as they were made.",
                kind=Kind.CHOICE,
                choices=tuple(str(order) for order in RosterOrder),
            ),
            flag(
                "--usage", "usage", "What each has cost, and how full its context is."
            ),
        ),
    ),
    "member questions": Command("member_questions.listing"),
    "member capture": Command(
        "member_capture.capture", (_MEMBER, _LINES, _ANSI, _UNCHANGED_SINCE)
    ),
    "member scan": Command("member_capture.scan", (_LINES, _ANSI, _UNCHANGED_SINCE)),
    "member ping": Command("member_input.ping", (_MEMBER,)),
    "member send-input": Command(
        "member_input.send_input",
        (
            _MEMBER,
            Option(
                ("--choice",),
                "choice",
                "The number of an answer.",
                kind=Kind.COUNT,
                low=1,
                high=9,
            ),
            Option(("--freetext",), "freetext", "An answer in words.", "TEXT"),
            Option(
                ("--question",),
                "question",
                "Only if this one is still asked: see 'member questions'.",
                "ID",
            ),
        ),
    ),
    "member exec": Command(
        "member_exec.execute",
        (
            _MEMBER,
            flag("--wait", "waits", "Wait for its end, and exit as it did."),
            Option(
                ("--timeout",),
                "timeout",
                "How long it may run; then it is ended.",
                "SECONDS",
                Kind.SECONDS,
                default=600.0,
                shows_default=True,
                high=86400,
            ),
            Option(
                ("--file",),
                "file",
                "Lines of shell, instead of COMMAND; `-` is standard input.",
                "FILE|-",
            ),
        ),
        Argument("command", many=True),
    ),
    "member prompt": Command(
        "member_input.prompt", (_MEMBER,), Argument("text", required=True, many=True)
    ),
    "member note": Command(
        "member_note.note",
        (_MEMBER, flag("--clear", "clears", "Take the note away.")),
        Argument("words", many=True),
    ),
    "member interrupt": Command(
        "member_interrupt.interrupt",
        (
            _MEMBER,
            Option(
                ("--and",),
                "words",
                "A message to send once it is seen to have stopped.",
                "TEXT",
            ),
            Option(
                ("--timeout",),
                "timeout",
                "How long it may take to stop; then exit with 3.",
                "SECONDS",
                Kind.SECONDS,
                default=10.0,
                shows_default=True,
                high=25,
            ),
        ),
    ),
    "member adopt": Command(
        "member_adopt.adopt",
        (
            Option(("--pane",), "pane", "The pane that it runs in.", "PANE"),
            Option(("--name",), "name", "Its name; else its kind's."),
            Option(
                ("--coding-agent",),
                "coding_agent",
                "Which it is, where its command does not tell.",
            ),
            flag("--list", "lists", "Show who can be adopted."),
        ),
    ),
    "member release": Command("member_adopt.release", (_MEMBER,)),
    "member wait": Command(
        "member_wait.wait_for_state",
        (
            _MEMBER,
            Option(
                ("--state",),
                "states",
                "Such as idle, waiting, dead; repeatable.",
                "STATE",
                Kind.CHOICE,
                choices=tuple(str(state) for state in PaneState),
                required=True,
                multiple=True,
            ),
            Option(
                ("--timeout",),
                "timeout",
                "How long to wait; then exit with 3.",
                "SECONDS",
                Kind.SECONDS,
                default=600.0,
                shows_default=True,
                high=86400,
            ),
        ),
    ),
    "member watch": Command(
        "member_wait.watch",
        (
            _MEMBER,
            Option(
                ("--until",),
                "until",
                "What to be told of, once.",
                kind=Kind.CHOICE,
                choices=tuple(str(awaited) for awaited in Awaited),
                required=True,
            ),
        ),
    ),
    "member diff": Command(
        "member_diff.diff",
        (_MEMBER, flag("--stat", "stat", "Only the files, with their lines.")),
    ),
    "member explain": Command("explain.explain", (_member("The member to explain."),)),
    "member restart": Command(
        "member_restart.restart",
        (
            _MEMBER,
            flag("--fresh", "fresh", "In a new conversation."),
            Option(
                ("--force", "-f"),
                "force",
                "End it without asking, and lose its question or draft.",
                kind=Kind.FLAG,
            ),
        ),
    ),
    "member delete": Command(
        "member_delete.delete",
        (
            _MEMBER,
            Option(
                ("--force", "-f"),
                "force",
                "End the pane without asking its agent.",
                kind=Kind.FLAG,
            ),
        ),
    ),
}
