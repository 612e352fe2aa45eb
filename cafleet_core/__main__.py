"""`python -m cafleet_core` is the `cafleet` command."""

from __future__ import annotations

from cafleet_core.cli.main import main

if __name__ == "__main__":
    main()
