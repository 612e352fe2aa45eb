"""`python -m cafleet_core` is the `cafleet` command."""

import gc
import os
import sys

# `fast_types` has the same: one file more to open at every start
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_INTERRUPTED = 130
_NEW_OBJECTS = 100_000


def main() -> "NoReturn":
    """Run the command line of this process; see `cli.main`."""
    # objects made by imports live on: scanning them for garbage is a twentieth of a start
    gc.set_threshold(_NEW_OBJECTS)
    try:
        if sys.flags.isolated:  # warnings as for a user's command, not a developer's
            from cafleet_core import bundle

            bundle.install()
        from cafleet_core.cli.main import main as command_line

        command_line()
    except KeyboardInterrupt:  # before or after the command itself
        os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
