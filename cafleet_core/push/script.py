"""The tmux script that types one turn into each of several panes, or reports why not."""

from __future__ import annotations

from cafleet_core import ids, text
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux.facts import (
    IDENTITY,
    POSITION,
    TYPED,
    TYPED_OPTION,
    TYPING_OPTION,
    agents_of,
    marked_with,
)
from cafleet_core.panes.tmux.quote import quote
from cafleet_core.push import screen_tests
from cafleet_core.push.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")

_DIGITS = frozenset("0123456789")
_PANE_ID = _DIGITS | {"%"}
_POSITION = _DIGITS | {" "}
_SAFE_ID = _DIGITS | frozenset("abcdef-")
_REMEMBERED = 1400
"""Characters of the message marks that a pane keeps: the last hundred messages."""
_CLEAR_FLAGS = ("pane_dead", "pane_in_mode", "pane_synchronized", "pane_input_off")
"""Flags that are 0 while tmux passes keys to the pane's program, and to no other."""

_FACTS = " ".join(
    f"#{{{field}}}"
    for field in (
        *("pid", "pane_id", "pane_pid", IDENTITY, TYPED, *_CLEAR_FLAGS),
        *("pane_tty", "pane_current_command"),
    )
)
"""The format of the fields of `Refusal`, in their order."""

_IF_IT_RUNS_HOOKS_OF_USERS = (
    r'%if "#{m/r:(^|-)(3\.([3-9]|[1-9][0-9])|[4-9]\.|[1-9][0-9]),#{version}}"'
)
"""The versions of tmux that run a user's option as a hook; 3.2 cannot."""

_KEY_NAME = (_PLAIN | {"-"}) - {" "}
_SAFE_NAME = (_PLAIN | frozenset("_.+-")) - {" "}


class Turn(NamedTuple):
    """What is typed into one pane in one go, and what proves the pane.

    `pane_pid` is the pane's first process, 0 for any. `keys` are pressed one by one, then
    `text` is pasted whole, then Enter is pressed unless `submit` is false. With `position`,
    only while the pane still has that value of `facts.POSITION`; only while each line of
    `shows` stands on the visible screen, whole, and none of the extended regular
    expressions in `hides` matches any of its lines. If `works` or `titles` hold expressions,
    only while one of them matches a visible line or the pane's title. With `press` that one
    key is pressed, by tmux's name for it, and nothing else is typed. `process_names` are the foreground
    commands that may be typed into; with `show`, a shell is shown the text instead.
    `announces` are the marks of messages: a pane that has one of them is not typed into.
    With `handed` nothing is typed: the pane only gets these marks, in whatever state it is,
    because the text goes to the agent's own inbox. Enter follows after `pause`
    milliseconds, if the pane proves itself once more; meanwhile nobody else types there.
    """

    agent_id: str
    socket: str
    server_pid: int
    pane_id: str
    process_names: tuple[str, ...]
    text: str
    pane_pid: int = 0
    keys: str = ""
    submit: bool = True
    show: bool = False
    position: str | None = None
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    announces: tuple[str, ...] = ()
    handed: bool = False
    press: str = ""
    works: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    pause: int = 0

    @property
    def bound(self) -> bool:
        """Whether it is typed only while the screen equals its snapshot."""
        seen = self.shows or self.hides or self.works or self.titles
        return self.position is not None or bool(seen)


def can_name(command: str) -> bool:
    """Whether a format can compare a foreground command; one with odd characters never matches."""
    return command[:1] not in ".+-" and _SAFE_NAME.issuperset(command)


def _escaped(name: str) -> str:
    """A name that passes `can_name`, as a regular expression for exactly this name."""
    return "".join(f"\\{sign}" if sign in ".+-" else sign for sign in name)


def typing_script(turns: Sequence[Turn], buffer: str) -> bytes:
    """Standard input for `tmux source-file -`: some lines for each turn, in order.

    Everything about one pane happens inside one `if-shell -F`, so that the server checks
    and types without serving another client in between. Nor do the user's hooks run in
    between, which may wait for programs of theirs: tmux 3.3 and newer run the script itself
    as a hook, and commands of a hook run none. Each turn prints one line, read by `parse`.
    `buffer` names a paste buffer and options that nobody else uses.
    """
    lines: list[str] = []
    for number, turn in enumerate(turns):
        checked, hook = _turn(number, turn, buffer), f"@{buffer}n{number}"
        if turn.text:
            # in no block: tmux 3.2 prints and reads blocks again, and doubles `\` behind `"`
            words = quote(text.sanitise(turn.text))
            lines.append(f"set-buffer -b {buffer} -- {words}")
        lines += [
            _IF_IT_RUNS_HOOKS_OF_USERS,
            f"set-option -g {hook} {{ set-option -gu {hook} ; {checked} }}",
            f"set-hook -g -R {hook}",
            *("%else", checked, "%endif"),
        ]
    return "\n".join(lines).encode() + b"\n"


def _turn(number: int, turn: Turn, buffer: str) -> str:
    """The check of one turn and both branches; its text is in the buffer already, and leaves it."""
    pane = _checked(_PANE_ID, turn.pane_id)
    delivered = f"display-message -p {quote(f'{number} delivered')}"
    facts = quote(f"{number} refused {_FACTS}")
    refused = [f"display-message -p -t {pane} {facts}"]
    if turn.text:
        refused.insert(0, f"delete-buffer -b {buffer}")
    return (
        f"if-shell -F -t {pane} {quote(_condition(turn))}"
        f" {{ {' ; '.join([*_strokes(turn, pane, buffer), delivered])} }}"
        f" {{ {' ; '.join(refused)} }}"
    )


def _strokes(turn: Turn, pane: str, buffer: str) -> list[str]:
    strokes = []
    if turn.press:
        return [f"send-keys -t {pane} {_checked(_KEY_NAME, turn.press)}"]
    if turn.keys:
        strokes.append(f"send-keys -l -t {pane} -- {quote(text.label(turn.keys))}")
    if turn.text:
        strokes.append(f"paste-buffer -p -r -d -b {buffer} -t {pane}")
    if turn.submit and _pauses(turn):
        strokes += _enter_later(turn, pane)
    elif turn.submit:
        strokes.append(f"send-keys -t {pane} Enter")
    if turn.announces:
        own = [ids.handed(mark) if turn.handed else mark for mark in turn.announces]
        marks = "".join(f",{_checked(_SAFE_ID, mark)}" for mark in own)
        kept = quote(f"#{{=-{_REMEMBERED}:{TYPED_OPTION}}}{marks}")
        strokes.append(f"set-option -F -p -t {pane} {TYPED_OPTION} {kept}")
    return strokes


def _pauses(turn: Turn) -> bool:
    return turn.pause > 0 and bool(turn.text or turn.keys)


def _enter_later(turn: Turn, pane: str) -> list[str]:
    """Have the server press Enter after the pause, unless the pane is another's by then.

    Until then the pane says that it is being typed to. What it shows has changed with the
    text, but no question may have come up.
    """
    later = turn._replace(position=None, shows=(), announces=(), works=(), titles=())
    over = f"set-option -p -u -t {pane} {TYPING_OPTION}"
    return [
        f"set-option -p -t {pane} {TYPING_OPTION} 1",
        f"run-shell -b -d {turn.pause / 1000:.3f} -C"
        f" {{ if-shell -F -t {pane} {quote(_condition(later, typing=True))}"
        f" {{ {over} ; send-keys -t {pane} Enter }} {{ {over} }} }}",
    ]


def _condition(turn: Turn, *, typing: bool = False) -> str:
    """The format that proves the pane of a turn; `typing` if its text stands there already."""
    tests = [
        f"#{{==:#{{pid}},{turn.server_pid}}}",
        f"#{{==:#{{pane_id}},{_checked(_PANE_ID, turn.pane_id)}}}",
        marked_with(_checked(_SAFE_ID, turn.agent_id)),
        *([f"#{{==:#{{pane_pid}},{turn.pane_pid}}}"] if turn.pane_pid else ()),
        *(() if turn.handed else _takes_keys(turn)),
        *(() if turn.handed or typing else (f"#{{?{TYPING_OPTION},0,1}}",)),
    ]
    if turn.position is not None:
        tests.append(f"#{{==:{POSITION},{_checked(_POSITION, turn.position)}}}")
    if turn.announces:
        marks = "|".join(_checked(_SAFE_ID, mark) for mark in turn.announces)
        tests.append(f"#{{==:#{{m/r:{marks},#{{{TYPED_OPTION}}}}},0}}")
    tests += map(screen_tests.whole_line, turn.shows)
    tests += screen_tests.no_line(turn.hides)
    tests += screen_tests.some_line(turn.works, turn.titles)
    return screen_tests.all_of(tests)


def _takes_keys(turn: Turn) -> tuple[str, ...]:
    """The conditions that the keys go to a program of the turn, and to it alone."""
    names = "|".join(_escaped(name) for name in turn.process_names if can_name(name))
    return (
        f"#{{m/r:^({names})$,#{{pane_current_command}}}}" if names else "0",
        *(f"#{{==:#{{{flag}}},0}}" for flag in _CLEAR_FLAGS),
    )


def unmarking_script(turn: Turn) -> bytes:
    """Standard input for `tmux source-file -` that takes a handed turn's marks from its pane."""
    pane = _checked(_PANE_ID, turn.pane_id)
    marks = "|".join(_checked(_SAFE_ID, ids.handed(mark)) for mark in turn.announces)
    kept = quote(f"#{{s/,({marks})//:{TYPED_OPTION}}}")
    taken = f"set-option -F -p -t {pane} {TYPED_OPTION} {kept}"
    unmarked = _condition(turn._replace(announces=(), handed=True))
    facts = quote(f"0 refused {_FACTS}")
    return (
        f"if-shell -F -t {pane} {quote(unmarked)}"
        f" {{ {taken} ; display-message -p {quote('0 delivered')} }}"
        f" {{ display-message -p -t {pane} {facts} }}\n"
    ).encode()


def _checked(allowed: frozenset[str], value: str) -> str:
    if not value or not allowed.issuperset(value):
        raise ValueError(f"not fit for a tmux script: {value!r}")
    return value


def parse(out: str, count: int) -> list[Refusal | bool | None]:
    """The outcome of each of `count` turns: True for typed, a Refusal, or None for no answer.

    None as well if the answer is not one that the script prints.
    """
    answers: list[Refusal | bool | None] = [None] * count
    for line in out.split("\n"):
        number, _, rest = line.partition(" ")
        verdict, _, facts = rest.partition(" ")
        turn = _integer(number)
        if turn is None or turn >= count:
            continue
        if verdict == "delivered":
            answers[turn] = True
        elif verdict == "refused":
            answers[turn] = _refusal(facts)
    return answers


def _refusal(facts: str) -> Refusal | None:
    values = facts.split(" ", len(Refusal._fields) - 1)
    pid = _integer(values[0])
    if pid is None or len(values) != len(Refusal._fields):
        return None
    _, pane_id, pane_pid, marked, typed, *flags, tty, command = values
    if not all(flag.isdecimal() or not flag for flag in flags):
        return None
    dead, in_mode, synchronized, input_off = (flag not in ("", "0") for flag in flags)
    return Refusal(
        server_pid=pid,
        pane_id=pane_id,
        pane_pid=_integer(pane_pid) or 0,
        agent_ids=agents_of(marked),
        typed=tuple(typed.split(",")),
        dead=dead,
        in_mode=in_mode,
        synchronized=synchronized,
        input_off=input_off,
        tty=tty,
        command=command,
    )


def _integer(digits: str) -> int | None:
    return int(digits) if _DIGITS.issuperset(digits) and 0 < len(digits) < 20 else None
