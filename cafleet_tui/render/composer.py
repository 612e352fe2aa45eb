"""The words around the composer: who sends, whom it reaches, why it cannot be sent."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from cafleet_core.broker.messages.mentions import Mentions, token
from cafleet_core.records import Agent
from cafleet_core.text import cut
from cafleet_tui.render.safe_text import label

_NAMES_SHOWN = 6


def title(
    sender: Agent | None, mentions: Mentions | None, reply_to: str | None
) -> Content:
    """Who sends, to whom as far as that is clear, and the id of what it answers."""
    who = label(sender.name) if sender else "nobody"
    parts: list[tuple[str, str]] = [("Sending as ", ""), (who, "bold")]
    if mentions:
        parts += [(" → ", ""), (reach(mentions), "bold $primary")]
    if reply_to:
        parts.append((f"  replying to {label(reply_to[:8])}", "$secondary"))
    return Content.assemble(*parts)


def reach(mentions: Mentions) -> str:
    """Whom a message goes to, in a few words."""
    if mentions.everyone:
        return "everyone"
    names = [cut(label(agent.name), 20) for agent in mentions.recipients]
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" +{more}" if more > 0 else "")


def reason(text: str, refused: bool) -> Content:
    """Why it cannot be sent: quiet while writing, louder once Enter was refused."""
    return Content.styled(label(text), "bold $warning" if refused else "$text-muted")


def sending() -> Content:
    """That a message is on its way."""
    return Content.styled("sending …", "$text-muted")


def coming_back(count: int) -> Content:
    """That letters which could not be sent wait for an empty composer."""
    are = "letter was" if count == 1 else "letters were"
    return Content.styled(
        f"{count} more {are} not sent; back here once this is gone", "$warning"
    )


def mention(agent: Agent) -> Content:
    """A line of the popover: what will be written, and whose it is."""
    written = token(agent.name)
    shown = label(agent.name)
    beside = shown if shown != written else label(agent.description)
    return Content.assemble(
        ("@" + label(written), "bold"), ("  " + cut(beside, 36), "$text-muted")
    )


def everyone(agents: Sequence[Agent]) -> Content:
    """The popover's line for a broadcast."""
    return Content.assemble(
        ("@all", "bold"), (f"  everyone, {len(agents)} agents", "$text-muted")
    )


def looking() -> Content:
    """That nobody sends from here."""
    return Content.styled("Only looking", "bold")


def locked() -> Content:
    """What stands where a message would be written."""
    return Content("Read-only: nothing is sent or typed from here.")
