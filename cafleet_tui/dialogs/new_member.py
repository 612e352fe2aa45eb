"""The form for a new member."""

from __future__ import annotations

from cafleet_core.requests import MemberRequest
from cafleet_tui.dialogs.form import OF_AN_AGENT, Field, Form
from cafleet_tui.keys import actions


class NewMember(Form[MemberRequest | None]):
    """Dismissed with a request that has a name, a description and a coding agent, or with None.

    `before` is a request to fill the fields with.
    """

    REGION = "new_member"
    HINTED = ("new_member.start", "new_member.cancel")
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

    def request(self) -> MemberRequest:
        """See `Form`."""
        return MemberRequest(
            self.value("name"),
            self.value("description"),
            self.value("coding-agent"),
            self.prompt,
            self.value("model") or None,
            self.value("cwd") or ".",
        )
