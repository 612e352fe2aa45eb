"""The errors that cafleet raises on purpose: each with a one-line message and an exit code.

`docs/errors.md` is made from these classes: the docstring says what is the case,
`cafleet_core.cli.error_hints` what to do about it.
"""

from __future__ import annotations


class CafleetError(Exception):
    """A refusal or failure with a message fit for the user.

    `code` is stable and machine-readable, `exit_code` is what the process returns.
    `way_out` says what to do if only the raising code can know; else
    `cafleet_core.cli.error_hints` does. None of them ever holds SQL or another agent's
    text.
    """

    code = "failed"
    exit_code = 1

    def __init__(self, message: str, way_out: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.way_out = way_out


class NotFound(CafleetError):
    """What was named does not exist in the caller's session."""

    code = "not_found"


class Ambiguous(CafleetError):
    """A prefix or name fits more than one thing; the message lists them."""

    code = "ambiguous"


class Refused(CafleetError):
    """The request is understood, and not allowed in this state."""

    code = "refused"


class CallerUnknown(CafleetError):
    """Neither option, environment nor pane says who is calling."""

    code = "caller_unknown"


class InvalidSetting(CafleetError):
    """An environment variable or setting holds a value that does not parse."""

    code = "invalid_setting"


class InvalidInput(CafleetError):
    """An argument has the wrong form."""

    code = "invalid_input"
    exit_code = 2


class WrongUsage(CafleetError):
    """The words of the command line do not make a command."""

    code = "usage"
    exit_code = 2


class RegistryError(CafleetError):
    """The registry cannot be opened, or is not one this program may touch."""

    code = "registry"


class RegistryGone(RegistryError):
    """The registry's file was removed or replaced while it was in use."""


class CommitUnknown(RegistryError):
    """The registry's server was lost during a change, and cannot say whether it was kept."""


class TmuxError(CafleetError):
    """tmux is missing, gone, or refused a command."""

    code = "tmux"


class GitError(CafleetError):
    """git is missing, did not answer in time, or refused a command."""

    code = "git"


class NotReady(CafleetError):
    """A pane or agent did not react in time."""

    code = "timeout"
    exit_code = 3


class Internal(CafleetError):
    """A mistake in cafleet itself; the message names its kind, and where its story is."""

    code = "internal"

    def __init__(self, kind: str, kept: str | None = None) -> None:
        where = f"; the whole story is in {kept}" if kept else ""
        super().__init__(f"internal error: {kind}{where}")
