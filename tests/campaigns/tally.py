"""How long a campaign is, by which seed, and what it has counted."""

from __future__ import annotations

import os
import random
from collections import Counter

SEED = "CAMPAIGN_SEED"
COUNT = "CAMPAIGN_COUNT"

HARMS = ("lost", "doubled", "mistyped", "answered")


class Campaign:
    """The random numbers and the counts of one campaign; every harm is told with its round."""

    def __init__(self, name: str, rounds: int) -> None:
        self.name = name
        self.seed = int(os.environ.get(SEED) or random.SystemRandom().getrandbits(32))
        self.rounds = int(os.environ.get(COUNT) or rounds)
        self.random = random.Random(f"{name} {self.seed}")  # noqa: S311  # to be repeated
        self.counts: Counter[str] = Counter()
        self._harms: list[str] = []

    def harm(self, kind: str, what: str) -> None:
        """Count a harm; `what` says of which round."""
        self.counts[kind] += 1
        self._harms.append(f"{kind}: {what}")

    def close(self) -> None:
        """Print the tally, and fail where there is any harm."""
        harms = ", ".join(f"{kind} {self.counts[kind]}" for kind in HARMS)
        others = ", ".join(
            f"{kind} {count}"
            for kind, count in sorted(self.counts.items())
            if kind not in HARMS
        )
        print(f"\n{self.name}: seed {self.seed}: {harms} ({others})")
        assert not self._harms, "\n".join(
            [f"{self.name}, {SEED}={self.seed}", *self._harms[:20]]
        )
