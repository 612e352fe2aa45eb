"""What a working day prints to its agents is no more than it was: they pay for each word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_a_day_prints_no_more_than_it_may() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.tokens"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "assignment, ack and answer" in done.stdout
