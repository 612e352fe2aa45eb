"""The control room application: which screen is open, and what works everywhere."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path, PurePath
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.screen import Screen

from cafleet_core.config import Settings
from cafleet_core.records import Session
from cafleet_tui import actions, keymap, palette, terminal_colours, themes
from cafleet_tui.render import status
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screens.help import Help
from cafleet_tui.screens.session_picker import SessionPicker
from cafleet_tui.source import OpenSource

_STYLES = Path(__file__).parent / "styles"

_SERVER_CHECK_SECONDS = 2.0


class CafleetApp(App[None]):
    """Opens the room of `session`, or the picker where none is given."""

    TITLE = "cafleet"
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        _STYLES / "base.tcss",
        _STYLES / "control_room.tcss",
        _STYLES / "screens.tcss",
    ]
    BINDINGS = actions.bindings("everywhere")
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(
        self, open_source: OpenSource, settings: Settings, session: Session | None
    ) -> None:
        """Raise InvalidSetting where the settings want keys that cannot be."""
        super().__init__()
        self._open_source = open_source
        self._settings = settings
        self._session = session
        self._server_pid = os.getppid()
        self.ansi_theme_dark = terminal_colours.DARK
        self.ansi_theme_light = terminal_colours.LIGHT
        for theme in themes.THEMES:
            self.register_theme(theme)
        wanted = settings.theme or os.environ.get("TEXTUAL_THEME", "")
        self.theme = wanted if wanted in self.available_themes else themes.DARK.name
        keymap.check(settings.keys)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What the styles need of a theme that is not one of ours."""
        return {"orchid": "#c678bd", "rule": "#5c6370", "cursor-line": "#5c637033"}

    def on_mount(self) -> None:
        """Open the first screen."""
        self.set_keymap(self._settings.keys)
        if self.is_web:
            self.set_interval(_SERVER_CHECK_SECONDS, self._leave_with_server)
        if self._session:
            self._open_room(self._session)
        else:
            self.action_sessions()

    def _leave_with_server(self) -> None:
        """A server that was killed has no time to end its control rooms."""
        if os.getppid() != self._server_pid:
            self.exit()

    def _open_room(self, session: Session | None) -> None:
        if session is None:
            return
        room = ControlRoom(session, self._open_source, self._settings)
        if not isinstance(self.screen, ControlRoom):
            self.push_screen(room)
        elif self.screen.session.session_id != session.session_id:
            self.switch_screen(room)

    @property
    def settled(self) -> bool:
        """Whether the topmost of rooms and picker shows what was read, and waits for nothing."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, ControlRoom | SessionPicker):
                return screen.settled
        return False

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the screen, for the palette; what cannot work says why."""
        for offer in palette.offers(screen):
            yield SystemCommand(
                offer.title, offer.help(self._settings.keys), partial(self._run, offer)
            )

    async def _run(self, offer: palette.Offer) -> None:
        if offer.hindrance and isinstance(self.screen, ControlRoom):
            words = f"{offer.action.label}: {offer.hindrance}"
            self.screen.tell(status.warning(words))
        else:
            await self.run_action(offer.action.action, offer.home)

    def action_sessions(self) -> None:
        """Offer the sessions."""
        if not isinstance(self.screen, SessionPicker):
            self.push_screen(SessionPicker(self._open_source), self._open_room)

    def action_keys_help(self) -> None:
        """Show every key."""
        if not isinstance(self.screen, Help):
            self.push_screen(Help(self._settings.keys))

    def action_other_theme(self) -> None:
        """Change between the dark and the light theme."""
        dark = self.current_theme.dark
        self.theme = (themes.LIGHT if dark else themes.DARK).name
