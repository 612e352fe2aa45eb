"""HTTP statuses and bodies of refusals: one table, by the errors' codes."""

from __future__ import annotations

from typing import Any

from cafleet_core.cli import error_hints
from cafleet_core.errors import CafleetError

STATUS_BY_CODE = {
    "ambiguous": 409,
    "caller_unknown": 400,
    "failed": 500,
    "git": 503,
    "internal": 500,
    "invalid_input": 400,
    "invalid_setting": 500,
    "not_found": 404,
    "outcome_unknown": 504,
    "refused": 409,
    "registry": 503,
    "send_failed": 502,
    "timeout": 504,
    "tmux": 503,
    "usage": 400,
}
"""The status for each code of an error that a command exits with."""


def status(error: CafleetError) -> int:
    """The HTTP status of a refusal."""
    return STATUS_BY_CODE.get(error.code, 500)


def document(error: CafleetError) -> dict[str, Any]:
    """A refusal as its body says it: what is the case, and what to do."""
    return {
        "error": {
            "code": error.code,
            "exit_code": error.exit_code,
            "message": error.message,
            "way_out": error_hints.way_out(error),
        }
    }
