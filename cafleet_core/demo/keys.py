"""Decode a terminal's input bytes to key events, each as soon as it is complete."""

from __future__ import annotations

import codecs
import re

from cafleet_core.fast_types import NamedTuple

ENTER = "enter"
NEW_LINE = "ctrl+j"
BACKSPACE = "backspace"
CLEAR = "ctrl+c"
END = "ctrl+d"
ESCAPE = "escape"

_PASTE_BEGINS = "\x1b[200~"
_PASTE_ENDS = "\x1b[201~"

_KEYS = {
    "\r": ENTER,
    "\n": NEW_LINE,
    "\x1b\r": NEW_LINE,
    "\x7f": BACKSPACE,
    "\b": BACKSPACE,
    "\x03": CLEAR,
    "\x04": END,
    "\x1b": ESCAPE,
}

_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O)?\Z")
_TOKEN = re.compile(
    r"(?P<typed>[^\x00-\x1f\x7f]+)"
    r"|\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[ -~]|\x1b[^\[O\x1b]|.",
    re.DOTALL,
)


class Typed(NamedTuple):
    """Printable characters."""

    text: str


class Pasted(NamedTuple):
    """A bracketed paste, whole, its line ends as line feeds."""

    text: str


class Pressed(NamedTuple):
    """A key that edits or submits, by its name."""

    key: str


Event = Typed | Pasted | Pressed


class Decoder:
    """Turns bytes into events; a read may end within a character, a sequence or a paste.

    Invalid UTF-8 becomes U+FFFD; unknown keys and sequences are dropped.
    """

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    @property
    def undecided(self) -> bool:
        """Whether the input ends with an escape: a key, or the start of a sequence."""
        return _UNFINISHED.match(self._rest) is not None

    def feed(self, data: bytes) -> list[Event]:
        """The events that `data` completes."""
        self._rest += self._utf8.decode(data)
        return self._scan(give_up_waiting=False)

    def flush(self) -> list[Event]:
        """Decode a pending escape as the Escape key; call it when no more input follows."""
        return self._scan(give_up_waiting=True)

    def _scan(self, give_up_waiting: bool) -> list[Event]:
        events: list[Event] = []
        words, at = self._rest, 0
        while at < len(words):
            if words.startswith(_PASTE_BEGINS, at):
                end = words.find(_PASTE_ENDS, at)
                if end < 0:
                    break
                events.append(_pasted(words[at + len(_PASTE_BEGINS) : end]))
                at = end + len(_PASTE_ENDS)
                continue
            if not give_up_waiting and _UNFINISHED.match(words, at):
                break
            token = _TOKEN.match(words, at)
            assert token is not None  # noqa: S101  # its last alternative is any character
            events += _event(token)
            at = token.end()
        self._rest = words[at:]
        return events


def _pasted(words: str) -> Pasted:
    return Pasted(words.replace("\r\n", "\n").replace("\r", "\n"))


def _event(token: re.Match[str]) -> list[Event]:
    if token["typed"]:
        return [Typed(token["typed"])]
    key = _KEYS.get(token[0])
    return [Pressed(key)] if key else []
