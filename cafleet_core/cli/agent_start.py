"""Prompt, request and outcome that the commands which start a coding agent share."""

from __future__ import annotations

from cafleet_core.cli import output
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.requests import StartRequest, StartResult


def given_prompt(words: tuple[str, ...], file: str | None) -> str:
    """The prompt, from the words of the command line or from a file; empty for neither.

    The file `-` is standard input. A role that `cafleet setup` has written comes without its
    signature. Raises InvalidInput for both, Refused for a file that holds no prompt.
    """
    from cafleet_core.broker.team import prompts

    if words and file is not None:
        raise InvalidInput("give a prompt or --prompt-file, not both.")
    if file is None:
        return " ".join(words)
    from cafleet_core.setup import signature

    read = prompts.read_file(file)
    return signature.opened(read) or read


def starting_with(
    prompt: str,
    coding_agent: str,
    model: str | None,
    cwd: str,
    effort: str | None,
    environment: tuple[str, ...] = (),
) -> StartRequest:
    """The request to start an agent, from the options of the command line."""
    from cafleet_core.requests import StartRequest

    return StartRequest(
        coding_agent=coding_agent,
        prompt=prompt,
        model=model,
        cwd=cwd,
        environment=tuple(_pair(setting) for setting in environment),
        effort=effort,
    )


def readiness(started: StartResult) -> str:
    """Whether an agent is ready for input, and its state if it is not."""
    return "ready" if started.ready else f"not ready yet ({started.state})"


def show_unready(started: StartResult) -> None:
    """Print the screen of an agent that is not ready, and the prompt that was not typed."""
    if started.untold:
        output.note(
            f"{started.agent.name} was not told its prompt;"
            " send it with 'cafleet member prompt' when it is ready."
        )
    if started.ready:
        return
    why = "it asks something" if started.state == "waiting" else "it is still starting"
    output.note(f"{started.agent.name} is not ready yet: {why}. Its screen shows:")
    for line in started.screen:
        output.note(f"| {line}")


def _pair(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals or not name.isidentifier():
        raise InvalidInput(f"--env {setting!r} is not of the form NAME=VALUE.")
    return name, value
