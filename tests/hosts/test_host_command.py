"""`cafleet host` where it has nothing to do, or is told to do what it does not know."""

from __future__ import annotations

from pathlib import Path

from tests.terminal import cafleet


def test_a_registry_in_a_file_needs_none(registry_path: Path) -> None:
    refused = cafleet(registry_path, "host")
    assert refused.code == 1
    assert "is a file: it needs no host process." in refused.err


def test_a_verb_that_nobody_knows_is_named(registry_path: Path) -> None:
    refused = cafleet(registry_path, "host", CAFLEET_HOST_ACCEPTS="exec, all")
    assert refused.code == 1
    assert refused.err.startswith(
        "Error: host.accepts='all' is not exec or create or delete.\n"
    )
