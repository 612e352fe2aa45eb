"""What a member has changed, over the room, with comments on its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from cafleet_core.comments import Comment
from cafleet_tui.dialogs.comment_text import CommentText
from cafleet_tui.dialogs.paged import Paged
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.diff_lines import DiffLines, Remark, Shown, arranged
from cafleet_tui.model.patch import Kind, Line
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import diff as render
from cafleet_tui.widgets.diff_view import DiffView
from cafleet_tui.widgets.status_bar import Line as OutcomeLine

_WRITING = ("diff.comment", "diff.remove", "diff.send")


class Handlers(NamedTuple):
    """The callables of the dialog: keep the comments that are not sent, send them, read again,
    and open a file of these changes at a line.
    """

    keep: Callable[[Sequence[Comment]], None]
    send: Callable[[], None]
    read: Callable[[], None]
    open: Callable[[str, int], None]


class DiffDialog(Paged[None]):
    """Shows the changes of an agent, and the comments on them that are not sent yet."""

    REGION = "diff"
    HINTED = (
        *("diff.comment", "diff.send", "diff.edit", "diff.next_file"),
        *("pager.find", "diff.read", "diff.close"),
    )
    BINDINGS = actions.bindings(REGION)

    def __init__(
        self,
        agent_id: str,
        name: str,
        handlers: Handlers,
        *,
        read_only: bool = False,
    ) -> None:
        diff = DiffView()
        super().__init__(diff.seek)
        self.agent_id = agent_id
        self.diff = diff
        self._whose = name
        self._handlers = handlers
        self._read_only = read_only
        self._drafts: list[Comment] = []
        self._lines: tuple[Line, ...] = (Line(Kind.NOTE, "Reading its changes …"),)
        self._open: tuple[Remark, ...] = ()
        self._outcome = OutcomeLine(id="diff-outcome")

    def compose(self) -> ComposeResult:
        """Lay out the lines, and one for outcomes."""
        with self.sheet:
            yield self.diff
            yield self._outcome

    def on_mount(self) -> None:
        """Show what is known."""
        self._arrange(0)
        self.diff.focus()

    def refusal(self, action: Action, /) -> str | None:
        """See `Dialog`."""
        current = self.diff.current
        if self._read_only and action.id in _WRITING:
            return READ_ONLY
        if action.id == "diff.send" and not self._drafts:
            return "there is no comment yet: c makes one"
        if action.id == "diff.remove" and not self._is_draft(current):
            return "this is no comment that is not sent"
        if action.id in ("diff.comment", "diff.edit") and not (
            current and current.path
        ):
            return "this line is no file's"
        return super().refusal(action)

    def _is_draft(self, current: Shown | None) -> bool:
        return isinstance(current, Remark) and not current.task_id

    def say(self, outcome: Content) -> None:
        """Show an outcome below the lines."""
        self._outcome.say(outcome)

    def show(
        self,
        lines: tuple[Line, ...],
        remarks: tuple[Remark, ...],
        drafts: Sequence[Comment],
    ) -> None:
        """Show another reading, where it was looked at before, and what is not sent."""
        before = self.diff.current
        self._lines, self._open, self._drafts = lines, remarks, list(drafts)
        self._arrange(None, before)

    def show_trouble(self, trouble: str) -> None:
        """Say why the changes cannot be read; what was read before stays."""
        if not any(line.path for line in self._lines):
            self._lines = (Line(Kind.NOTE, f"Not read: {trouble}"),)
            self._arrange(0)
        self.say(render.unread(trouble))

    def keep_only(self, drafts: Sequence[Comment]) -> None:
        """The other comments are sent."""
        self._drafts = list(drafts)
        self._arrange(None, self.diff.current)

    def _arrange(self, at: int | None, before: Shown | None = None) -> None:
        drafts = (Remark(each) for each in self._drafts)
        lines: DiffLines = arranged(self._lines, (*self._open, *drafts))
        self.diff.show(lines, lines.like(before) if at is None else at)

    def _keep(self, drafts: Sequence[Comment], before: Shown | None) -> None:
        self._drafts = list(drafts)
        self._handlers.keep(self._drafts)
        self._arrange(None, before)

    @on(DiffView.Moved)
    def describe(self) -> None:
        """Name on the frame the file, and the keys that work."""
        self.sheet.border_title = render.title(
            self._whose, self.diff.lines, self.diff.at
        )
        self.sheet.border_subtitle = self.hint()

    @on(DiffView.Opened)
    def action_go_on(self) -> None:
        """From the list of files go to the file; elsewhere comment on the line."""
        current = self.diff.current
        if isinstance(current, Line) and current.kind == Kind.LISTED:
            self.diff.go(self.diff.lines.of_file(current.path), on_top=True)
        elif not self._read_only:
            self.action_comment()

    def action_file(self, step: int) -> None:
        """Go to the part of the next file, or of the one before."""
        self.diff.go(self.diff.lines.beside(self.diff.at, step), on_top=True)

    def action_comment(self) -> None:
        """Write a comment on the current line, or rewrite the one that is there."""
        current = self.diff.current
        if current is None or not current.path:
            return
        words = current.comment.text if self._is_draft(current) else ""  # type: ignore[union-attr]
        ask = CommentText(render.about(current), words)
        self.app.push_screen(ask, lambda said: self._write(current, said))

    def _write(self, about: Shown, said: str | None) -> None:
        if said is None or not said.strip():
            return
        if isinstance(about, Remark) and self._is_draft(about):
            changed = about.comment._replace(text=said)
            kept = [changed if each is about.comment else each for each in self._drafts]
        else:
            path, side, line = about.place
            kept = [*self._drafts, Comment(0, path, line, side, said)]
        self._keep(kept, about)

    def action_remove(self) -> None:
        """Remove the comment that is not sent."""
        current = self.diff.current
        if isinstance(current, Remark):
            kept = [each for each in self._drafts if each is not current.comment]
            before = self.diff.lines.shown[max(0, self.diff.at - 1)]
            self._keep(kept, before)

    def action_send(self) -> None:
        """Send the comments as one review."""
        self._handlers.send()

    def action_edit(self) -> None:
        """Open the file at the current line."""
        current = self.diff.current
        if current is not None:
            self._handlers.open(current.path, _line_now(self.diff))

    def action_read(self) -> None:
        """Read the changes again."""
        self._handlers.read()

    def action_lines(self, lines: int) -> None:
        """See `Paged`."""
        self.diff.go(self.diff.at + lines)

    def action_pages(self, pages: int) -> None:
        """See `Paged`."""
        self.diff.page(pages)

    def action_top(self) -> None:
        """See `Paged`."""
        self.diff.go(0)

    def action_bottom(self) -> None:
        """See `Paged`."""
        self.diff.go(len(self.diff.lines.shown))

    def first_row(self) -> int:
        """See `Paged`: rows are positions here."""
        return self.diff.at

    def show_row(self, row: int) -> None:
        """See `Paged`."""
        self.diff.go(row)


def _line_now(diff: DiffView) -> int:
    """The number that the current line has now, or that of the next one which is there."""
    shown, at = diff.lines.shown, diff.at
    path = shown[at].path
    for each in (*shown[at:], *reversed(shown[:at])):
        if isinstance(each, Line) and each.path == path and each.new:
            return each.new
    return 1
