"""The settings: all of them with their meanings, changed where they stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import cycle, islice

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from cafleet_core.config.keys import Value
from cafleet_core.config.settings import Settings
from cafleet_core.errors import CafleetError
from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.dialogs.prompts import AskWords
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action, named
from cafleet_tui.operations import settings
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.operations.settings import Loaded, ShownSetting
from cafleet_tui.render import settings as render
from cafleet_tui.widgets.page_list import PageList

_CHANGING = ("settings.change", "settings.before", "settings.usual")


class SettingsDialog(Dialog[None]):
    """Lists the settings; `apply` gets all that count after each that was written."""

    REGION = "settings"
    HINTED = (*_CHANGING, "settings.close")
    BINDINGS = actions.bindings(REGION)

    def __init__(self, current: Settings, apply: Callable[[Loaded], None]) -> None:
        super().__init__()
        self._current = current
        self._apply = apply
        self._settings: tuple[ShownSetting, ...] = ()
        self._list = PageList(id="settings")
        self._meaning = Static(id="setting-meaning", classes="body")
        self._outcome = Static(id="setting-outcome")

    def compose(self) -> ComposeResult:
        """Lay out the list, the meaning of the marked one, and a line for outcomes."""
        with self.sheet:
            self.sheet.border_title = render.TITLE
            self.sheet.border_subtitle = self.hint()
            yield self._list
            with Vertical(id="setting-foot"):
                yield self._meaning
                yield self._outcome

    def on_mount(self) -> None:
        """Read them."""
        self._run(lambda: None)

    def refusal(self, action: Action, /) -> str | None:
        """See `Dialog`."""
        if action.id not in _CHANGING:
            return None
        if self._current.read_only:
            return READ_ONLY
        marked = self._marked
        if marked is None:
            return "no setting is marked"
        if action.id == "settings.usual" and marked.is_default:
            return "it is as it comes"
        if action.id == "settings.before" and not marked.choices:
            return "it is written out"
        return None

    def say(self, outcome: Content) -> None:
        """Show an outcome below the list."""
        self._outcome.update(outcome)

    @property
    def _marked(self) -> ShownSetting | None:
        at = self._list.highlighted
        return None if at is None or not self._settings else self._settings[at]

    def action_change(self) -> None:
        """Take the next value, or ask for one."""
        marked = self._marked
        if marked is None:
            return
        if marked.choices:
            self._write(marked, _after(marked.choices, marked.value))
        else:
            self._ask(marked)

    def action_before(self) -> None:
        """Take the value before."""
        if (marked := self._marked) is not None and marked.choices:
            self._write(marked, _after(marked.choices[::-1], marked.value))

    def action_usual(self) -> None:
        """Take it out of the file."""
        if (marked := self._marked) is not None:
            self._write(marked, None)

    def _ask(self, marked: ShownSetting) -> None:
        title = Content.styled(marked.key.name, "bold $primary")
        ask = AskWords(
            *(title, render.meaning(marked)),
            empty=isinstance(marked.key.default, str),
            check=partial(_complaint, marked),
            words=render.written(marked.value),
        )

        def take(words: str | None) -> None:
            if words is not None:
                self._write(marked, settings.from_human(marked.key, words))

        self.app.push_screen(ask, take)

    def _write(self, marked: ShownSetting, value: Value | None) -> None:
        self._run(partial(settings.change, marked.key, value), changes=True)

    def _run(self, change: Callable[[], None], *, changes: bool = False) -> None:
        """Change something and read everything anew, in a thread: a disk may be slow."""

        def work() -> None:
            try:
                change()
                shown, loaded = settings.read(), settings.load(self._current)
            except CafleetError as error:
                self.app.call_from_thread(self.say, render.refused(error.message))
            else:
                applied = loaded if changes else None
                self.app.call_from_thread(self._show, shown, applied)

        self.run_worker(work, thread=True, exit_on_error=False)

    def _show(self, shown: tuple[ShownSetting, ...], applied: Loaded | None) -> None:
        at = self._list.highlighted
        self._settings = shown
        self._list.set_options(map(render.row, shown))
        self._list.highlighted = 0 if at is None else at
        self._explain()
        if applied and (marked := self._marked):
            self.say(render.changed(marked))
            self._apply(applied)

    @on(OptionList.OptionHighlighted)
    def _explain(self) -> None:
        if (marked := self._marked) is not None:
            self._meaning.update(render.meaning(marked))
            self.sheet.border_subtitle = self.hint()

    @on(OptionList.OptionSelected)
    def _select(self) -> None:
        if why := self.refusal(named("settings.change")):
            self.say(render.refused(why))
        else:
            self.action_change()


def _after(choices: tuple[Value, ...], value: Value) -> Value:
    """The choice after a value, the first one after the last."""
    at = choices.index(value) if value in choices else -1
    return next(islice(cycle(choices), at + 1, None))


def _complaint(marked: ShownSetting, words: str) -> str | None:
    try:
        settings.from_human(marked.key, words)
    except CafleetError as error:
        return error.message
    return None
