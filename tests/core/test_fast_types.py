"""The core's own `NamedTuple` and `StrEnum` do what the standard library's do."""

from __future__ import annotations

import copy
import enum
import json
import pickle
import typing
from collections.abc import Callable

import pytest

from cafleet_core import fast_types


class Ours(fast_types.NamedTuple):
    """A record."""

    name: str
    size: int = 1

    @property
    def doubled(self) -> int:
        return 2 * self.size


class Theirs(typing.NamedTuple):
    """A record."""

    name: str
    size: int = 1

    @property
    def doubled(self) -> int:
        return 2 * self.size


class Mood(fast_types.StrEnum):
    """A state."""

    CALM = "calm"
    WILD = "wild"

    @property
    def loud(self) -> str:
        return self.upper()


class TheirMood(enum.StrEnum):
    """A state."""

    CALM = "calm"
    WILD = "wild"

    @property
    def loud(self) -> str:
        return self.upper()


@pytest.mark.parametrize(
    "use",
    [
        lambda kind: tuple(kind("a")),
        lambda kind: tuple(kind("a", 2)),
        lambda kind: tuple(kind(size=3, name="b")),
        lambda kind: tuple(kind("a")._replace(size=5)),
        lambda kind: tuple(kind._make(["a", 7])),
        lambda kind: kind("a", 2)._asdict(),
        lambda kind: kind("a", 2) == ("a", 2),
        lambda kind: hash(kind("a", 2)),
        lambda kind: kind("a", 4).doubled,
        lambda kind: kind("a", 4).size,
        lambda kind: repr(kind("a", 4)).partition("(")[2],
        lambda kind: (kind._fields, kind._field_defaults, kind.__match_args__),
        lambda kind: (kind.__doc__, kind.__mro__[1:], type(kind)),
        lambda kind: tuple(copy.deepcopy(kind("a"))),
        lambda kind: tuple(pickle.loads(pickle.dumps(kind("a", 9)))),
    ],
)
def test_a_record_is_used_like_the_original(use: Callable[[object], object]) -> None:
    assert use(Ours) == use(Theirs)


@pytest.mark.parametrize(
    ("misuse", "error"),
    [
        (lambda kind: kind(), TypeError),
        (lambda kind: kind(size=1), TypeError),
        (lambda kind: kind("a", 1, 2), TypeError),
        (lambda kind: kind("a", name="b"), TypeError),
        (lambda kind: kind("a", width=1), TypeError),
        (lambda kind: kind._make(["a"]), TypeError),
        (lambda kind: kind._make(["a", 1, 2]), TypeError),
        (lambda kind: setattr(kind("a"), "name", "b"), AttributeError),
        (lambda kind: setattr(kind("a"), "width", 1), AttributeError),
        (lambda kind: kind("a")._replace(width=1), (TypeError, ValueError)),
    ],
)
def test_what_the_original_refuses_a_record_refuses(
    misuse: Callable[[object], object],
    error: type[Exception] | tuple[type[Exception], ...],
) -> None:
    for kind in (Ours, Theirs):
        with pytest.raises(error):
            misuse(kind)


@pytest.mark.parametrize(
    "use",
    [
        lambda kind: kind("calm") is kind.CALM,
        lambda kind: kind["WILD"] is kind.WILD,
        lambda kind: [str(member) for member in kind],
        lambda kind: (len(kind), bool(kind)),
        lambda kind: kind.CALM == "calm",
        lambda kind: f"{kind.CALM}|{kind.CALM:>6}|{kind.CALM!s}",
        lambda kind: {kind.CALM: 1}["calm"],
        lambda kind: json.dumps({"mood": kind.WILD}),
        lambda kind: (kind.CALM.name, kind.CALM.value, type(kind.CALM.value)),
        lambda kind: repr(kind.CALM).partition(".")[2],
        lambda kind: kind.CALM.loud,
        lambda kind: isinstance(kind.CALM, kind) and isinstance(kind.CALM, str),
        lambda kind: pickle.loads(pickle.dumps(kind.CALM)) is kind.CALM,
        lambda kind: copy.deepcopy(kind.CALM) is kind.CALM,
        lambda kind: list(kind.__members__),
        lambda kind: kind.__doc__,
    ],
)
def test_a_state_is_used_like_the_original(use: Callable[[object], object]) -> None:
    assert use(Mood) == use(TheirMood)


@pytest.mark.parametrize(
    ("misuse", "error"),
    [
        (lambda kind: kind("angry"), ValueError),
        (lambda kind: kind["ANGRY"], KeyError),
        (lambda kind: setattr(kind, "CALM", "x"), AttributeError),
        (lambda kind: setattr(kind.CALM, "value", "x"), AttributeError),
    ],
)
def test_what_the_original_refuses_a_state_refuses(
    misuse: Callable[[object], object], error: type[Exception]
) -> None:
    for kind in (Mood, TheirMood):
        with pytest.raises(error):
            misuse(kind)
