"""The errors that cafleet raises on purpose: each says one line, and owns an exit code.

`docs/errors.md` is made from these classes: the docstring says what is the case, `remedy`
what to do about it.
"""

from __future__ import annotations


class CafleetError(Exception):
    """A refusal or failure with a message fit for the user.

    `code` is stable and machine-readable, `exit_code` is what the process returns.
    The message never holds SQL or another agent's text.
    """

    code = "failed"
    exit_code = 1
    remedy = "Do what the message says."

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(CafleetError):
    """What was named does not exist in the caller's session."""

    code = "not_found"
    remedy = "Look it up: `cafleet agent list`, `cafleet message list`, `cafleet session list`."


class Ambiguous(CafleetError):
    """A prefix or name fits more than one thing; the message lists them."""

    code = "ambiguous"
    remedy = "Give more of the id, or the id of one of the things listed."


class Refused(CafleetError):
    """The request is understood, and not allowed in this state."""

    code = "refused"
    remedy = "Do not repeat it as it is; the message says what stands against it."


class CallerUnknown(CafleetError):
    """Neither option, environment nor pane says who is calling."""

    code = "caller_unknown"
    remedy = "Pass `--session-id` and `--agent-id`, or call from the agent's own pane."


class InvalidSetting(CafleetError):
    """An environment variable or setting holds a value that does not parse."""

    code = "invalid_setting"
    remedy = "Correct or unset what the message names."


class InvalidInput(CafleetError):
    """An argument has the wrong form."""

    code = "invalid_input"
    exit_code = 2
    remedy = "Correct the argument; nothing was done."


class WrongUsage(CafleetError):
    """The words of the command line do not make a command."""

    code = "usage"
    exit_code = 2
    remedy = "Read `cafleet <command> --help`, or docs/cli.md."


class RegistryError(CafleetError):
    """The registry cannot be opened, or is not one this program may touch."""

    code = "registry"
    remedy = (
        "Run `cafleet doctor`; a registry that is only busy is free again in seconds."
    )


class TmuxError(CafleetError):
    """tmux is missing, gone, or refused a command."""

    code = "tmux"
    remedy = "Run `cafleet doctor` where tmux runs; `cafleet member list --activity` shows dead panes."


class NotReady(CafleetError):
    """A pane or agent did not react in time."""

    code = "timeout"
    exit_code = 3
    remedy = "Look at the pane with `cafleet member capture`, then try again, or use `--force`."


class Internal(CafleetError):
    """A mistake in cafleet itself; the message names no more than its kind."""

    code = "internal"
    remedy = (
        "Report it with the command that led to it; the registry is as it was before."
    )

    def __init__(self, kind: str) -> None:
        super().__init__(f"internal error: {kind}")
