"""The interface of a wait for the commits of others."""

from __future__ import annotations

from abc import ABC, abstractmethod


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

    @abstractmethod
    def close(self) -> None:
        """Wait no more."""
