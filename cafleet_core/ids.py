"""Identifiers: random UUIDs in text form, made without importing `uuid`."""

from __future__ import annotations

import os

SHORTEST_PREFIX = 4
"""The fewest characters of an id that are accepted in its place."""

_SHOWN = 8
_MARK = 13
_CHARACTERS = frozenset("0123456789abcdef-")


def new() -> str:
    """A random UUID, version 4 (RFC 9562), in its 36-character form."""
    raw = bytearray(os.urandom(16))
    raw[6] = (raw[6] & 0x0F) | 0x40
    raw[8] = (raw[8] & 0x3F) | 0x80
    digits = raw.hex()
    return "-".join(
        (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    )


def is_whole(text: str) -> bool:
    """Whether a text has the form in which `new` makes ids."""
    groups = text.split("-")
    return list(map(len, groups)) == [8, 4, 4, 4, 12] and _CHARACTERS.issuperset(text)


def looks_like_one(text: str) -> bool:
    """Whether a lower-case text may be an id or the beginning of one; no name may be that."""
    return len(text) >= SHORTEST_PREFIX and _CHARACTERS.issuperset(text)


def shown(an_id: str) -> str:
    """The beginning of an id as people and agents read it; every command takes it for the id.

    Where two begin alike, a command refuses it and names both.
    """
    return an_id[:_SHOWN]


def mark(an_id: str) -> str:
    """The beginning of an id, enough to tell it from a hundred others."""
    return an_id[:_MARK]


def handed(mark: str) -> str:
    """The mark of a message that was handed to the agent's own inbox: one character more."""
    return f"{mark}-"
