"""Hints for unknown commands: the command that was probably meant."""

from __future__ import annotations

from cafleet_core.cli.aliases import ALIASES
from cafleet_core.cli.examples import EXAMPLES
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.suggestion import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence


def hint(word: str, within: Sequence[str], known: Sequence[str]) -> str:
    """The hint for a `word` after the words `within`, where only `known` may follow.

    At the root the flat verbs count as known; a verb of another group is named with its
    group.
    """
    here = [*known, *([] if within else ALIASES)]
    meant = nearest(word, here) or _elsewhere(word)
    return f"; did you mean '{meant}'?" if meant else "."


def _elsewhere(word: str) -> str | None:
    """The command of another group with this verb, as it is called from the root."""
    if word in ALIASES:
        return f"cafleet {word}"
    groups = [words for words in EXAMPLES if words.split()[-1] == word]
    return f"cafleet {groups[0]}" if groups else None
