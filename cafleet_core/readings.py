"""A pane as it was read, and the question that it shows: plain data."""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple
from cafleet_core.process import Instance
from cafleet_core.states import BoxSight, PaneState, PushReason


class Option(NamedTuple):
    """One answer by its number; `free_text` if choosing it opens a field for text.

    Where the agent itself does not number its answers, `key` gives it, by tmux's name.
    """

    digit: int
    label: str
    free_text: bool
    key: str = ""


class Question(NamedTuple):
    """What a coding agent asks, in the words on its screen, or of its own server.

    `asked` are the last lines above the options, `context` all the lines that belong to
    it: two questions may end alike, and ask for different commands. Where its server tells
    the question, that is the id by which it is answered there.
    """

    asked: str
    options: tuple[Option, ...]
    context: tuple[str, ...] = ()

    def option(self, digit: int) -> Option | None:
        """The answer with this number."""
        return next((option for option in self.options if option.digit == digit), None)

    @property
    def free_text(self) -> Option | None:
        """The answer that opens a field for text."""
        return next((option for option in self.options if option.free_text), None)


class PaneReading(NamedTuple):
    """A pane as it was read: the agent's state, where that was read, and the evidence.

    `screen` is the visible text with SGR colours, or None if the pane has none. `age` is
    how many seconds ago the source reported the state, None if it was seen just now; `rule`
    is the cue that the evidence matched, `overruled` what other sources said. `question` is
    what can be answered from elsewhere, if the agent waits for an answer. `draft` is the
    text in the input box, or what a human reads instead of it; `box` says whether that box
    was in front. `shows` are the lines of the screen that the reading depends on, `hides`
    the cues of a question that no visible line matched; `rest_cued` is false for an agent
    without any cue for rest. `refusal` is set if tmux could not be asked, or the pane is
    not provably the agent's: nothing follows from such a reading. `reported` is how many
    seconds ago the agent's own record or a hook reported something new. `until` is the
    stamp at which a limit ends, if known, `refusals` how many turns in a row the agent's
    service has refused, as far as known; `lasted` is for how many seconds a watching
    process has seen this state. `position`, `typed` and `title` are the pane's: see
    `panes.tmux.snapshot.PaneSnapshot`. `pane` is its first process and `front` the one that
    leads its foreground, `command` the name of that if it is provably the agent, whatever
    it is called. `executes` is whether a command of `member exec` has the pane to itself.
    `kept_at` is the stamp at which a screen of the past was seen, if it is one.
    `submit_delay` is how many milliseconds its program needs between a text and Enter.
    """

    state: PaneState
    source: str
    evidence: str
    screen: str | None = None
    age: float | None = None
    rule: str = ""
    overruled: tuple[str, ...] = ()
    question: Question | None = None
    draft: str = ""
    position: str | None = None
    typed: tuple[str, ...] = ()
    title: str = ""
    box: BoxSight = BoxSight.UNCUED
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    rest_cued: bool = False
    refusal: PushReason | None = None
    reported: float | None = None
    until: str | None = None
    refusals: int = 0
    lasted: float | None = None
    pane: Instance = Instance()
    front: Instance = Instance()
    command: str = ""
    kept_at: str = ""
    executes: bool = False
    submit_delay: int = 0
