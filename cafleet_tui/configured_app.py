"""An application as its human has configured it: theme and keys, and the settings themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cafleet_tui.appearance import ansi_colours, contrast, themes
from cafleet_tui.keys import availability, presets
from cafleet_tui.keys.keyed_app import KeyedApp

if TYPE_CHECKING:
    from cafleet_core.config.settings import Settings
    from cafleet_tui.operations.settings import Loaded


class ConfiguredApp(KeyedApp):
    """Has the theme and the keys of `settings`, and applies others while it runs."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.ansi_theme_dark = ansi_colours.DARK
        self.ansi_theme_light = ansi_colours.LIGHT
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = self._theme_of(settings)
        self.keymap = presets.keymap(settings.preset, settings.keys)
        self.setting_faults: tuple[str, ...] = ()
        """Invalid settings of keys and theme, in whose place the usual ones count."""

    def _theme_of(self, settings: Settings) -> str:
        wanted = settings.theme or os.environ.get("TEXTUAL_THEME", "")
        return wanted if wanted in self.available_themes else themes.DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Variables of the styles that themes other than ours lack."""
        return {"orchid": "#c678bd", "rule": "#5c6370", "cursor-line": "#5c637033"}

    def get_css_variables(self) -> dict[str, str]:
        """The variables of the theme, its colours of words mended where they do not read."""
        variables = super().get_css_variables()
        self.theme_variables = {**variables, **contrast.legible(variables)}
        return self.theme_variables

    def say_faults(self) -> None:
        """Say which settings are invalid, if any is."""
        if not self.setting_faults:
            return
        from cafleet_tui.render import status_line

        first, *others = self.setting_faults
        more = f" (and {len(others)} more: cafleet config check)" if others else ""
        screen = self.screen
        if isinstance(screen, availability.Acting):
            fault = status_line.warning(f"{first}{more}")
            screen.call_after_refresh(screen.say, fault)

    def action_settings(self) -> None:
        """Show the settings, which are applied as they are changed."""
        from cafleet_tui.dialogs.settings import SettingsDialog

        if isinstance(self.screen, SettingsDialog):
            return
        before = self.settings

        def closed(_: None) -> None:
            if _of_rooms(before) != _of_rooms(self.settings):
                self.reopen()

        self.push_screen(SettingsDialog(before, self._apply), closed)

    def _apply(self, loaded: Loaded) -> None:
        """Take other settings; their theme and keys count at once."""
        self.settings, self.setting_faults = loaded
        self.theme = self._theme_of(self.settings)
        self.keymap = presets.keymap(self.settings.preset, self.settings.keys)
        self.set_keymap(self.keymap)

    def reopen(self) -> None:
        """Have what was opened with other settings opened with these."""

    def action_other_theme(self) -> None:
        """Switch between the dark and the light theme."""
        dark = self.current_theme.dark
        self.theme = (themes.LIGHT if dark else themes.DARK).name


def _of_rooms(settings: Settings) -> dict[str, object]:
    """The settings that a room reads when it is opened."""
    return {**vars(settings), "theme": "", "keys": {}}
