"""The cues of a coding agent: what its screen and its title look like in each state."""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple
from cafleet_core.memo import recently

UNKNOWN = "unknown"
"""The coding agent of a pane whose program nobody named."""

USUAL = "claude"
"""The coding agent that is started where nobody names one."""

_USUAL_MENTIONS = ("@",)

OF_AGENT = ("program", "submit_delay", "paste_lines")
"""Kinds that stand beside the table of cues: they are of the pane, but not of its screen."""


class Answer(NamedTuple):
    """An answer without a number, as the line `answers` of `Cues` has it.

    Where a line meets the expression `shows`, pressing `key`, by tmux's name for it, gives
    the answer that is called `words`.
    """

    key: str
    words: str
    shows: str

    @property
    def line(self) -> str:
        """The answer in one line, which `answer` reads."""
        return "\t".join(self)


def answer(line: str) -> Answer:
    """The answer that this line was made of."""
    return Answer(*line.split("\t", 2))


class Cues(NamedTuple):
    """Regular expressions for what is on a screen, and the record that the agent keeps.

    `waiting`, `busy` and `idle` are searched in lines at the end of the screen, the two
    for titles in the pane's title. `composer` and `viewer` are searched in all its lines
    at once: the input box with all its rows, of which the last match counts; and a view
    in which a human reads, which takes no input. `covered` are lines from the box on, or
    titles, that show it to be another box than the agent's own. `focus` names what else
    tells that the box takes the keys: `caret`, the visible cursor in one of its rows.
    `furniture` are lines in the input box that the program itself writes there, `folded`
    what it shows there instead of a long text, with the groups `lines` or `chars`.
    `limit` and `failed` are lines by which a turn ends that the agent's service has
    refused; in a `limit`, the groups `hours`, `minutes` and `seconds` tell for how long
    still. `prompt` are those with which a turn begins, `suspended` those that it leaves
    when it is stopped. `confirm` are lines of a
    question in which a digit marks an answer and Enter chooses it. `record` names the
    agent's own files that `panes.reading.self_reports` can read: `claude` or `codex`;
    `inbox` its own inbox that `push.native_inbox` can hand a message to: see its `kinds`.
    `mention` are no expressions but signs that make the program read a file, or open a
    list to choose from, where one stands before a name in what is typed: with a blank
    before it only at the beginning of a word, else anywhere.
    Instead of a `composer`, `box_begin` and `box_end` are the lines above and below the
    input box, and `glyph` what stands before the text in it. `suggestion_style` are no
    expressions but the parameters of the SGR sequences in which the program writes
    suggestions into its box, such as `38;5;103`. `marks` are further signs of the marked
    one among numbered answers, `answers` those that have no number: see `Answer`.
    `program` is searched in the command line of what is in front (`process.script`), where
    that has the name of an interpreter; `submit_delay` is the one number of milliseconds
    that the program needs between a text and Enter, `paste_lines` the one number of lines
    that it takes as they are pasted, and puts no placeholder in their place.
    """

    waiting: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    title_waiting: tuple[str, ...] = ()
    title_busy: tuple[str, ...] = ()
    title_idle: tuple[str, ...] = ()
    composer: tuple[str, ...] = ()
    viewer: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    limit: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    suspended: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    inbox: tuple[str, ...] = ()
    mention: tuple[str, ...] = ()
    box_begin: tuple[str, ...] = ()
    box_end: tuple[str, ...] = ()
    glyph: tuple[str, ...] = ()
    suggestion_style: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    program: tuple[str, ...] = ()
    submit_delay: tuple[str, ...] = ()
    paste_lines: tuple[str, ...] = ()

    @property
    def has_box(self) -> bool:
        """Whether any of them tells where the input box is."""
        return bool(self.composer or self.box_end)

    @property
    def delay(self) -> int:
        """The milliseconds between a text and Enter; 0 for none."""
        return max(map(int, self.submit_delay), default=0)

    @property
    def of_rest(self) -> bool:
        """Whether any of them shows an agent to be at rest."""
        return bool(self.idle or self.has_box or self.title_idle)

    def dump(self) -> str:
        """The cues as lines `<kind> <expression>`, for a placement to carry along."""
        return "\n".join(
            f"{kind} {pattern}"
            for kind, patterns in self._asdict().items()
            for pattern in patterns
        )


@recently
def parse(lines: str) -> Cues:
    """The cues that `dump` wrote; unknown kinds are left out."""
    cues: dict[str, list[str]] = {kind: [] for kind in Cues._fields}
    for line in lines.splitlines():
        kind, _, pattern = line.partition(" ")
        if kind in cues and pattern:
            cues[kind].append(pattern)
    return Cues(**{kind: tuple(patterns) for kind, patterns in cues.items()})


def paste_lines(lines: str) -> int:
    """The number of lines that `dump` wrote as `paste_lines`; 0 for none."""
    kind = "paste_lines "
    return next(
        (
            int(line[len(kind) :])
            for line in lines.splitlines()
            if line.startswith(kind)
        ),
        0,
    )


def mentions(lines: str) -> tuple[str, ...]:
    """The mention signs that `dump` wrote; without any, the usual sign, anywhere."""
    kind = "mention "
    signs = [
        line.removeprefix(kind) for line in lines.splitlines() if line.startswith(kind)
    ]
    return tuple(signs) or _USUAL_MENTIONS
