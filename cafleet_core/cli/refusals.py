"""Print a refusal: one line and its hint, or with `--json` one object; and its exit code."""

from __future__ import annotations

from cafleet_core.cli import output
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.errors import CafleetError


def document(error: CafleetError) -> dict[str, str]:
    """An error in the keys that scripts may rely on."""
    return {"code": error.code, "message": error.message}


def report(error: CafleetError, as_json: bool, about: str = "") -> int:
    """Print an error on standard error; its exit code. `about` goes before its words."""
    if as_json:
        output.note(output.encoded({"error": document(error)}))
        return error.exit_code
    from cafleet_core.cli import error_hints

    output.note(f"Error: {about}{error.message}")
    if way_out := error_hints.way_out(error):
        output.note(way_out)
    return error.exit_code
