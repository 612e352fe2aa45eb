"""The interface of a wait for the commits of others."""

from __future__ import annotations

from abc import ABC, abstractmethod

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class Commits(ABC):
    """Tells when a registry's version moves; belongs to the thread that waits.

    Nothing that is committed after it was made is missed. What a look raises, it raises.
    """

    seen: int
    """The version that was seen last."""

    @abstractmethod
    def wait(self, seconds: float) -> int:
        """The version, as soon as it moves, or the bell rings, or time is up."""

    @abstractmethod
    def look(self) -> int:
        """The version now: `wait` tells of what is committed after it."""

    def follow(self, topics: Collection[str]) -> None:  # noqa: B027  # see below
        """Tell of these topics alone from now on, see `notices`, or of all where there is none.

        An engine that knows no topics tells of everything.
        """

    @abstractmethod
    def close(self) -> None:
        """Wait no more."""
