"""Reviews on the command line: comments read from a file, and acked one by one."""

from __future__ import annotations

from cafleet_core import comments, ids
from cafleet_core.broker.messages import reviews
from cafleet_core.cli import message_body
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.broker.messages.reviews import Acked
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Sent


def sending(review: str, file: str | None) -> Callable[..., Sent]:
    """What sends the comments of a file (`-` is standard input); raises InvalidInput.

    It is called like `send.send`, with a body that may be empty.
    """
    from functools import partial

    if review == file == "-":
        raise InvalidInput("--review and --file: standard input can only be one.")
    said = comments.read(message_body.read_file("--review", review))
    return partial(reviews.send_review, said=said)


def ack(run: Invocation, caller: Caller, references: Sequence[str]) -> None:
    """Ack comments, `ID/NUMBER` each, and print how many are left."""
    acked = reviews.ack(run.registry, caller, list(dict.fromkeys(references)))
    run.say(
        "\n".join(map(_told, acked)),
        [
            {"id": each.task.task_id, "acked": each.acked, "left": each.left}
            for each in acked
        ],
    )


def _told(acked: Acked) -> str:
    left = f"{acked.left} left" if acked.left else "all of it is acked"
    return f"Acked {acked.acked} of {ids.shown(acked.task.task_id)}; {left}."
