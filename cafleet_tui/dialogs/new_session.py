"""The form for a new session."""

from __future__ import annotations

from cafleet_core.requests import StartRequest, UpRequest
from cafleet_tui.dialogs.form import OF_AN_AGENT, Field, Form
from cafleet_tui.keys import actions


class NewSession(Form[UpRequest | None]):
    """Dismissed with the request for a session, or with None; `before` fills the fields."""

    REGION = "new_session"
    HINTED = ("new_session.start", "new_session.cancel")
    BINDINGS = actions.bindings(REGION)
    heading = "New session"
    fields = (
        Field("label", "Label", "a name for humans; may stay empty"),
        *OF_AN_AGENT,
    )
    prompt_hint = "how to direct a team through cafleet"

    def __init__(self, before: UpRequest) -> None:
        label, start = before
        super().__init__(
            {
                "label": label or "",
                "coding-agent": start.coding_agent,
                "model": start.model or "",
                "cwd": start.cwd,
                "prompt": start.prompt,
            }
        )

    def request(self) -> UpRequest:
        """See `Form`."""
        start = StartRequest(
            self.value("coding-agent"),
            self.prompt,
            self.value("model") or None,
            self.value("cwd") or ".",
        )
        return UpRequest(self.value("label") or None, start)
