"""An application as its human has configured it: theme and keys, and the settings themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cafleet_tui.appearance import ansi_colours, contrast, themes
from cafleet_tui.keys import availability, presets
from cafleet_tui.keys.keyed_app import KeyedApp
from cafleet_tui.terminal import colours

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
        if wanted in self.available_themes:
            return wanted
        return themes.OF_TERMINAL[0] if self._has_few_colours else themes.DARK.name

    @property
    def _has_few_colours(self) -> bool:
        """Whether it is drawn on a terminal of sixteen colours: in ours of those, words are lost."""
        drawn = self.is_running and not self.is_headless
        return drawn and self.console.color_system == colours.FEW

    def fit_colours(self) -> None:
        """Have a theme that the terminal has the colours for, once there is one."""
        self.theme = self._theme_of(self.settings)

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

    def action_columns(self) -> None:
        """Offer the columns of the list of members, which change as they are chosen."""
        from cafleet_tui.dialogs.columns import ColumnsDialog

        if not isinstance(self.screen, ColumnsDialog):
            self.push_screen(ColumnsDialog(self.settings, self._apply))

    def _apply(self, loaded: Loaded) -> None:
        """Take other settings; their theme, keys and columns count at once."""
        self.settings, self.setting_faults = loaded
        self.theme = self._theme_of(self.settings)
        self.keymap = presets.keymap(self.settings.preset, self.settings.keys)
        self.set_keymap(self.keymap)
        self.show_columns()

    def show_columns(self) -> None:
        """Have what is open show the columns of the settings."""

    def reopen(self) -> None:
        """Have what was opened with other settings opened with these."""

    def action_other_theme(self) -> None:
        """Switch between the dark and the light theme."""
        self.theme = themes.other(self.current_theme)


def _of_rooms(settings: Settings) -> dict[str, object]:
    """The settings that a room reads when it is opened, and not later."""
    return {**vars(settings), "theme": "", "keys": {}, "columns": ()}
