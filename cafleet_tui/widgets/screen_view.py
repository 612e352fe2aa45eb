"""The selected member's screen, live, and what can be done to it."""

from __future__ import annotations

from textual.message import Message

from cafleet_core.records import Agent
from cafleet_tui.keys import actions
from cafleet_tui.model.standing import Standing
from cafleet_tui.render import member as render
from cafleet_tui.widgets.live_screen import LiveScreen


class ScreenView(LiveScreen, can_focus=True):
    """Draws the screen while it is visible, and says whose it is then."""

    BINDINGS = actions.bindings("acts") + actions.bindings("screen")

    class Watched(Message):
        """The view now shows this agent's screen to the human, or none (None)."""

        def __init__(self, agent: Agent | None) -> None:
            super().__init__()
            self.agent = agent

    def __init__(self) -> None:
        super().__init__(id="screen")
        self._standing: Standing | None = None
        self._seen = False

    def show(self, standing: Standing | None) -> None:
        """Show the screen of this agent, once the view is visible."""
        before, self._standing = self._standing, standing or self._standing
        if standing is None:
            return
        self.entitle(render.screen_title(standing), render.screen_state(standing))
        if self._seen:
            self.take_in(standing)
            if before is None or before.member.agent != standing.member.agent:
                self.post_message(self.Watched(standing.member.agent))

    def on_show(self) -> None:
        """Draw what changed while the view was hidden."""
        self._seen = True
        if self._standing:
            self.take_in(self._standing)
            self.post_message(self.Watched(self._standing.member.agent))

    def on_hide(self) -> None:
        """Stop drawing until the view is visible again."""
        self._seen = False
        self.post_message(self.Watched(None))

    def action_copy(self) -> None:
        """Copy what stands there; the application says where to."""
        self.app.copy_to_clipboard(self.text)
