"""Check the user's rules: whether they can be read, and what became of their last runs."""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.config import folders
from cafleet_core.diagnosis.check import Check
from cafleet_core.errors import InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import rule_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.storage.registry import Registry


def rules(registry: Registry) -> Iterator[Check]:
    """A check for each rule that failed last; one for all that did not, if there are any."""
    path = folders.user_file(os.environ)
    if not os.path.lexists(path):
        return
    from cafleet_core.event_rules import tables  # few users have a file with rules

    try:
        known = tables.load(path)
    except InvalidSetting as error:
        yield Check("rules", False, error.message)
        return
    failed = 0
    for rule in known:
        run = rule_runs.latest(registry, rule.key)
        if run is not None and run.ok is False:
            failed += 1
            name = text.label(rule.name)
            yield Check("rules", False, f"{name} failed at {run.at}: {run.outcome}")
    if len(known) > failed:
        yield Check("rules", True, f"{len(known) - failed} in order")
