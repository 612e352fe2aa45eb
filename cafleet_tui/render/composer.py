"""The composer's title, status and popover lines."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from cafleet_core.broker.messages.mentions import Mentions, token
from cafleet_core.records import Agent
from cafleet_core.text import cut
from cafleet_tui.model.template import Template
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import shorten

_NAMES_SHOWN = 6


def title(
    sender: Agent | None, mentions: Mentions | None, reply_to: str | None
) -> Content:
    """The sender, the recipients if they are known, and the id of the message replied to."""
    who = label(sender.name) if sender else "nobody"
    parts: list[tuple[str, str]] = [("Sending as ", ""), (who, "bold")]
    if mentions:
        parts += [(" → ", ""), (reach(mentions), "bold $primary")]
    if reply_to:
        parts.append((f"  replying to {label(reply_to[:8])}", "$secondary"))
    return Content.assemble(*parts)


def reach(mentions: Mentions) -> str:
    """The recipients in a few words."""
    if mentions.everyone:
        return "everyone"
    names = [shorten(label(agent.name), 20) for agent in mentions.recipients]
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" +{more}" if more > 0 else "")


def reason(text: str, refused: bool) -> Content:
    """Why the draft cannot be sent; emphasised once Enter was refused."""
    return Content.styled(label(text), "bold $warning" if refused else "$text-muted")


def sending() -> Content:
    """The status while a message is being sent."""
    return Content.styled("sending …", "$text-muted")


def coming_back(count: int) -> Content:
    """That messages which could not be sent wait for an empty composer."""
    are = "message was" if count == 1 else "messages were"
    return Content.styled(
        f"{count} more {are} not sent; back here once this is gone", "$warning"
    )


def aside(count: int) -> Content:
    """How many texts were set aside."""
    are = "text is" if count == 1 else "texts are"
    return Content.styled(f"{count} other {are} set aside", "$text-muted")


def mention(agent: Agent) -> Content:
    """A line of the popover: the token, and the agent's name or description."""
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


def template(template: Template) -> Content:
    """A line of the popover: a template's name, and how it begins."""
    begins = cut(label(template.text[:200]), 36)
    return Content.assemble((template.name, "bold"), ("  " + begins, "$text-muted"))


def filling(place: str) -> Content:
    """That something is still to be filled in."""
    return Content.styled(f"{label(place)} is to be filled in", "$warning")


def no_template(folder: str) -> Content:
    """Where templates are put, where there are none."""
    where = label(folder) or "the folder of the settings"
    words = f"No templates: put texts such as review.md into {where}"
    return Content.styled(f"{words}; {{words in braces}} are filled in", "$warning")


def looking() -> Content:
    """The title of the locked composer."""
    return Content.styled("Only looking", "bold")


def locked() -> Content:
    """The text in the locked composer."""
    return Content("Read-only: nothing is sent or typed from here.")
