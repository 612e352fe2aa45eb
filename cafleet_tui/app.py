"""The control room application: its screens, and the actions that work on all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from textual import constants
from textual.actions import ActionParseResult
from textual.app import SystemCommand
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen

from cafleet_tui.configured_app import ConfiguredApp
from cafleet_tui.dialogs.latest_size import LatestSize
from cafleet_tui.keys import actions, availability, palette
from cafleet_tui.screens.room_frame import Opening
from cafleet_tui.terminal.driver import TerminalDriver

# The frame is drawn first: what a screen needs is imported when it is opened.
if TYPE_CHECKING:
    from textual.content import Content

    from cafleet_core.config.settings import Settings
    from cafleet_core.records import Session
    from cafleet_core.views import CopyResult
    from cafleet_tui.data.source import OpenSource
    from cafleet_tui.screens.control_room import ControlRoom
    from cafleet_tui.screens.session_picker import Picked

_STYLES = Path(__file__).parent / "styles"

_SERVER_CHECK_SECONDS = 2.0


@runtime_checkable
class Settling(Protocol):
    """A screen that reads what it shows, as a room and the picker do."""

    @property
    def settled(self) -> bool:
        """Whether it shows what was read, and awaits nothing."""


class CafleetApp(ConfiguredApp):
    """Opens the room of `session`, or the picker if none is given."""

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
        super().__init__(settings)
        self._open_source = open_source
        self._session = session
        self._server_pid = os.getppid()
        self.source_with: Callable[[Settings], OpenSource] | None = None
        """Makes the source that rooms read by other settings, where there may be other ones."""
        self.fault: Exception | None = None
        """The unexpected exception that ended it."""

    def get_driver_class(self) -> type[Driver]:
        """The driver for a terminal; in a browser Textual chooses its own."""
        return super().get_driver_class() if constants.DRIVER else TerminalDriver

    def get_default_screen(self) -> Screen[None]:
        """The screen below those that are opened."""
        opening = Opening if self._session else LatestSize
        return opening(id="_default")

    def on_mount(self) -> None:
        """Have the first screen opened once the frame is drawn; what is typed meanwhile waits."""
        self.set_keymap(self.keymap)
        if self.is_web:
            self.set_interval(_SERVER_CHECK_SECONDS, self._leave_with_server)
        self.call_after_refresh(self._open_first)

    async def _open_first(self) -> None:
        if self._session:
            self._show_room(self._session)
        else:
            self.action_sessions()
        await self.take_input()
        self.say_faults()

    def fail(self, error: Exception) -> None:
        """End at an unexpected exception of another thread; call it in the application's."""
        self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        # Textual has no public hook for the end of the application; at the end nothing can be done
        if not self.leaving:
            self.fault = self.fault or error
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual's own report prints every variable on the way, and so what agents wrote
        self._close_messages_no_wait()

    def _leave_with_server(self) -> None:
        """End with the server: one that was killed has no time to end its control rooms."""
        if os.getppid() != self._server_pid:
            self.exit()

    def _open_room(self, picked: Picked | None) -> None:
        if picked is not None:
            self._show_room(picked.session, picked.outcome)

    def _show_room(self, session: Session, outcome: Content | None = None) -> None:
        """Open a session's room, or go back to it, with an outcome to show there."""
        from cafleet_tui.screens.control_room import ControlRoom

        room = self.room_of(session)
        if outcome:
            room.call_after_refresh(room.say, outcome)
        self._back_to(ControlRoom)
        if not isinstance(self.screen, ControlRoom):
            self.push_screen(room)
        elif self.screen.session.session_id != session.session_id:
            self.switch_screen(room)

    def room_of(self, session: Session) -> ControlRoom:
        """A new room of a session."""
        from cafleet_tui.screens.control_room import ControlRoom

        return ControlRoom(session, self._open_source, self.settings)

    def _back_to(self, kind: type[Screen[Any]]) -> bool:
        """Close what is open over the topmost screen of this kind; whether there is one."""
        is_open = any(isinstance(screen, kind) for screen in self.screen_stack)
        while is_open and not isinstance(self.screen, kind):
            self.workers.cancel_node(self.screen)
            self.pop_screen()
        return is_open

    @property
    def settled(self) -> bool:
        """Whether the topmost room or picker shows what was read, and awaits nothing."""
        read = (screen for screen in self.screen_stack if isinstance(screen, Settling))
        *_, topmost = (None, *read)
        return topmost is not None and topmost.settled

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the screen, for the palette; an unavailable one gives its reason."""
        for offer in palette.offers(screen):
            yield SystemCommand(
                offer.title, offer.help(self.keymap), partial(self._run, offer)
            )

    async def _run(self, offer: palette.Offer) -> None:
        await self.run_action(offer.action.action, offer.home)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action, however it was asked for; an unavailable one gives its reason instead."""
        await self.laid_out()
        screen = self.screen
        refusal = availability.said_instead(screen, action, default_namespace)
        if refusal is None or not isinstance(screen, availability.Acting):
            handled = await super().run_action(action, default_namespace, namespaces)
            self.screen.refresh_bindings()
            return handled
        from cafleet_tui.render import status_line

        screen.say(status_line.warning(refusal))
        return True

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text to a clipboard of the human's, and say which."""
        self._clipboard = text
        self.run_worker(partial(self._copy, text), thread=True, exit_on_error=False)

    def _copy(self, text: str) -> None:
        from cafleet_tui.operations import clipboard

        result = clipboard.copy(text, in_browser=self.is_web)
        self.call_later(self._say_copied, text, result)

    def _say_copied(self, text: str, result: CopyResult | None) -> None:
        if result is None or not result.in_buffer:
            super().copy_to_clipboard(text)
        if isinstance(self.screen, availability.Acting):
            from cafleet_tui.render import clipboard

            self.screen.say(clipboard.outcome(result))

    def action_sessions(self) -> None:
        """Offer the sessions."""
        from cafleet_tui.screens.session_picker import SessionPicker

        if not self._back_to(SessionPicker):
            picker = SessionPicker(self._open_source, read_only=self.settings.read_only)
            self.push_screen(picker, self._open_room)

    def action_keys_help(self) -> None:
        """Show the help with every key, or close it."""
        from cafleet_tui.dialogs.help import Help

        if isinstance(self.screen, Help):
            self.screen.dismiss()
        elif not self._back_to(Help):
            self.push_screen(Help(availability.here(self.screen)))

    def action_command_palette(self) -> None:
        """Open the palette; unlike Textual's it has no id, which only one screen may have."""
        from cafleet_tui.dialogs.closing_once import Palette

        if not self._back_to(Palette):
            self.push_screen(Palette())

    def show_columns(self) -> None:
        """See `ConfiguredApp`."""
        from cafleet_tui.screens.control_room import ControlRoom

        for screen in self.screen_stack:
            if isinstance(screen, ControlRoom):
                screen.controllers.show_columns(self.settings.columns)

    def reopen(self) -> None:
        """Open the room anew, which was opened with other settings."""
        from cafleet_tui.screens.control_room import ControlRoom

        room = self.screen
        if self.source_with is not None and isinstance(room, ControlRoom):
            self._open_source = self.source_with(self.settings)
            self.switch_screen(self.room_of(room.session))
