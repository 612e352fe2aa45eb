"""Write the documents that are made from the program, or check them with `--check`."""

from __future__ import annotations

import sys

from cafleet_core.reference import pages

sys.exit(pages.main(sys.argv[1:]))
