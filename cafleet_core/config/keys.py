"""The settings of the user's file: names, types, variables, defaults, meanings."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, Generic, TypeVar, overload

if TYPE_CHECKING:
    from typing import Any

DATABASE_URL = "CAFLEET_DATABASE_URL"
MAX_TEXT_LEN = "CAFLEET_MAX_TEXT_LEN"
SESSION_ID = "CAFLEET_SESSION_ID"
AGENT_ID = "CAFLEET_AGENT_ID"
CONVERSATION = "CAFLEET_CONVERSATION_IN"
"""Names the variable in which an agent's program tells its commands its conversation's id."""

MEMBER_COLUMNS = ("state", "kind", "activity", "unacked", "idle")
"""The columns of the control room's member list as they come."""

MORE_COLUMNS = (
    *("context", "cost", "branch", "changes", "folder", "host"),
    *("note", "task", "last"),
)
"""Those that can be shown besides."""

LONGEST_COUNT = 18
"""Digits of a number that a setting can be."""
Value = str | int | bool | tuple[str, ...]
"""A tuple is a list of strings in the file, and a JSON list of them in a variable."""

T = TypeVar("T", bound=Value)


class Key(Generic[T]):
    """One setting: its name in the file as `table.key`, its variable, and what it does.

    A `binding` switch that the file turns on is on: no variable turns it off.
    The type of `default` is that of the value; a number is a whole one from 0 to `most`, a
    text with `choices` one of these, a list with `choices` some of them, each once.
    Declared in a class, it is that class's attribute, and its instances' value by default.
    """

    field: str

    def __init__(
        self,
        name: str,
        default: T,
        variable: str,
        meaning: str,
        most: int = 10**LONGEST_COUNT,
        binding: bool = False,
        choices: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.default = default
        self.variable = variable
        self.meaning = meaning
        self.most = most
        self.choices = choices
        self.binding = binding

    def __set_name__(self, owner: type, field: str) -> None:
        self.field = field

    @overload
    def __get__(self, settings: None, owner: type) -> Key[T]: ...

    @overload
    def __get__(self, settings: object, owner: type) -> T: ...

    def __get__(self, settings: object, owner: type) -> Key[T] | T:
        return self if settings is None else self.default


class FileSettings:
    """Every setting of the file except the tables `[agents.<name>]` and `[tui.keys]`.

    Settings are declared only here: a new one is a new attribute.
    """

    registry = Key(
        "registry.url",
        "",
        DATABASE_URL,
        "The registry, as `sqlite:///<absolute path>`; empty means the file in the XDG data folder.",
    )
    max_text_len = Key(
        "push.max_text_len",
        200,
        MAX_TEXT_LEN,
        "Characters of a body that are typed or printed; 0 means all.",
    )
    hold_timeout = Key(
        "push.hold_timeout",
        300,
        "CAFLEET_HOLD_TIMEOUT",
        "Seconds after which a busy agent is typed into all the same; 0 means never.",
    )
    remote_wait = Key(
        "push.remote_wait",
        1,
        "CAFLEET_REMOTE_WAIT",
        "Seconds to wait for another machine to tell what became of a push there.",
        most=60,
    )
    enforce_identity = Key(
        "identity.enforce",
        False,
        "CAFLEET_IDENTITY_ENFORCE",
        "Refuse a caller that nothing proves, and what only a Director or a human may.",
        binding=True,
    )
    background = Key(
        "delivery.background",
        True,
        "CAFLEET_DELIVERY_BACKGROUND",
        "Start a process in the background that delivers what is held, and ends when all is.",
    )
    transport = Key(
        "delivery.transport",
        "keys",
        "CAFLEET_DELIVERY_TRANSPORT",
        "How agents' messages reach an agent that has an inbox of its own: `auto`, by that inbox"
        " where it takes them; `keys`, always by keystrokes.",
        choices=("auto", "keys"),
    )
    host_accepts = Key(
        "host.accepts",
        "",
        "CAFLEET_HOST_ACCEPTS",
        "What other machines may have done here besides: any of `exec`, `create` and `delete`.",
    )
    share_screen = Key(
        "host.share_screen",
        True,
        "CAFLEET_HOST_SHARE_SCREEN",
        "Show other machines the screens of this machine's agents when somebody looks.",
    )
    quiet_after = Key(
        "monitor.quiet_after",
        180,
        "CAFLEET_QUIET_AFTER",
        "Seconds without an act of its own after which a member with open work is quiet: messages to ack, or none sent since the last ack.",
    )
    overdue_after = Key(
        "monitor.overdue_after",
        600,
        "CAFLEET_OVERDUE_AFTER",
        "Seconds after which a message that nobody has acked is overdue.",
    )
    unheard_after = Key(
        "monitor.unheard_after",
        300,
        "CAFLEET_UNHEARD_AFTER",
        "Seconds after its start after which the Director is told of a member that has not sent, read or acked anything; 0 means never.",
    )
    restart = Key(
        "supervision.restart",
        "never",
        "CAFLEET_RESTART",
        "Whether whoever watches starts a member again whose program has ended: `never`, `once`,"
        " or `always`, up to three times within ten minutes.",
        choices=("never", "once", "always"),
    )
    resume_after_limit = Key(
        "monitor.resume_after_limit",
        False,
        "CAFLEET_RESUME_AFTER_LIMIT",
        "Tell an agent without mail to go on once its account's limit is over.",
    )
    screens = Key(
        "events.screens",
        True,
        "CAFLEET_EVENTS_SCREENS",
        "Keep what an agent's screen shows when its state changes, for `session export`.",
    )
    worktree_setup = Key[tuple[str, ...]](
        "worktree.setup",
        (),
        "CAFLEET_WORKTREE_SETUP",
        "A command, word by word and without a shell, that is run in each new worktree.",
    )
    worktree_setup_timeout = Key(
        "worktree.setup_timeout",
        600,
        "CAFLEET_WORKTREE_SETUP_TIMEOUT",
        "Seconds after which that command is ended, and the member is not created.",
        most=86400,
    )
    on_file_conflict = Key(
        "files.on_conflict",
        "warn",
        "CAFLEET_FILES_ON_CONFLICT",
        "What becomes of an edit of a file that another agent edits or has claimed: `warn`, its"
        " agent is told; `deny`, it is not made. `cafleet setup` offers the hooks for it.",
        choices=("warn", "deny"),
    )
    server_host = Key(
        "server.host",
        "127.0.0.1",
        "CAFLEET_BROKER_HOST",
        "The address at which `cafleet server` listens.",
    )
    server_port = Key(
        "server.port",
        8000,
        "CAFLEET_BROKER_PORT",
        "The port at which `cafleet server` listens.",
        most=65535,
    )
    server_url = Key(
        "server.url",
        "",
        "CAFLEET_SERVER_URL",
        "Where your phone reaches `cafleet server`, such as `https://box.example.ts.net`: in links and the QR code.",
    )
    theme = Key(
        "tui.theme",
        "",
        "CAFLEET_THEME",
        "The control room's theme: `cafleet-dark`, `cafleet-light`, or another of Textual's.",
    )
    preset = Key(
        "tui.preset",
        "default",
        "CAFLEET_PRESET",
        "The control room's keys: `default`, or those that `vim` or `emacs` would have.",
        choices=("default", "vim", "emacs"),
    )
    bell = Key(
        "tui.bell",
        True,
        "CAFLEET_BELL",
        "Ring the terminal's bell when a member begins to wait for an answer.",
    )
    title = Key(
        "tui.title",
        True,
        "CAFLEET_TITLE",
        "Tell in the terminal's title how many wait for an answer.",
    )
    desktop = Key(
        "tui.desktop",
        False,
        "CAFLEET_DESKTOP",
        "Show a desktop notification when a member begins to wait for an answer.",
    )
    viewer = Key[tuple[str, ...]](
        "tui.viewer",
        (),
        "CAFLEET_VIEWER",
        "The program that shows you a file, word by word and without a shell, where `{path}` and"
        " `{line}` are filled in; empty means `$VISUAL` or `$EDITOR`.",
    )
    columns = Key(
        "tui.columns",
        MEMBER_COLUMNS,
        "CAFLEET_COLUMNS",
        "What the control room's member list shows beside each name, from left to right: any of"
        f" {', '.join(f'`{name}`' for name in MEMBER_COLUMNS + MORE_COLUMNS)}. Without room for"
        " all of it, `state`, `unacked` and `idle` stay the longest, of the others the first ones.",
        choices=MEMBER_COLUMNS + MORE_COLUMNS,
    )


KEYS: tuple[Key[Any], ...] = tuple(
    key for key in vars(FileSettings).values() if isinstance(key, Key)
)
"""The settings in order of declaration."""
