"""Wait on through a registry that is lost meanwhile: it is noted once, and tried again."""

from __future__ import annotations

import time

from cafleet_core.errors import RegistryError, RegistryGone
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from cafleet_core.cli.invocation import Invocation

    Result = TypeVar("Result")

_TROUBLE_SECONDS = 1.0
"""Between two tries to reach a registry that was lost."""


def through_trouble(
    run: Invocation, wait: Callable[[float], Result], seconds: float
) -> Result:
    """Call `wait` with the seconds left, again after each trouble of the registry; its result.

    Raises RegistryError where the registry is not back in time, RegistryGone at once.
    """
    deadline, left, noted = time.monotonic() + seconds, seconds, False
    while True:
        try:
            return wait(left)
        except RegistryGone:
            raise
        except RegistryError as error:
            left = deadline - time.monotonic()
            if left <= 0:
                raise
            if not noted:
                run.note(f"Trying again: {error.message}")
            noted = True
            time.sleep(min(left, _TROUBLE_SECONDS))
            run.reopen()
            left = max(0.0, deadline - time.monotonic())
