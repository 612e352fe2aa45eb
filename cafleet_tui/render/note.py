"""Draw what is noted of an agent, while it is written and once it is kept."""

from __future__ import annotations

from textual.content import Content

from cafleet_core.records import Agent
from cafleet_tui.render.safe_text import label

HINT = Content("One line, for people: nobody is sent it. Without words it is gone.")


def title(agent: Agent) -> Content:
    """Of whom something is noted."""
    return Content.assemble(
        ("Note of ", "bold $primary"), (label(agent.name), "bold $primary")
    )


def kept(agent: Agent, note: str | None) -> Content:
    """What is noted now."""
    if note is None:
        return Content.styled(f"✓ Nothing is noted of {label(agent.name)}", "$success")
    words = f"✓ {label(agent.name)}: {label(note)}  "
    return Content.assemble((words, "$success"), ("| shows notes", "$text-muted"))
