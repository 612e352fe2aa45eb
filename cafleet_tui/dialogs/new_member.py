"""Asking for what a new member is to be."""

from __future__ import annotations

from cafleet_core.requests import MemberRequest
from cafleet_tui.dialogs.form import OF_AN_AGENT, Field, Form
from cafleet_tui.keys import actions


class NewMember(Form[MemberRequest | None]):
    """Dismissed with a wish that has a name, a description and a coding agent, or with None.

    `before` fills the fields in.
    """

    REGION = "hire"
    HINTED = ("hire.start", "hire.cancel")
    BINDINGS = actions.bindings(REGION)
    heading = "New member"
    fields = (
        Field("name", "Name", "unique among the active agents", needed=True),
        Field("description", "Description", "what it is there for", needed=True),
        *OF_AN_AGENT,
    )
    prompt_hint = "how to talk through cafleet"

    def __init__(self, before: MemberRequest) -> None:
        super().__init__(
            {
                "name": before.name,
                "description": before.description,
                "coding-agent": before.coding_agent,
                "model": before.model or "",
                "cwd": before.cwd,
                "prompt": before.prompt,
            }
        )

    def wish(self) -> MemberRequest:
        """See `Form`."""
        return MemberRequest(
            self.said("name"),
            self.said("description"),
            self.said("coding-agent"),
            self.prompt,
            self.said("model") or None,
            self.said("cwd") or ".",
        )
