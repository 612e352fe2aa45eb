"""The CLI equivalent of each action of the control room that has one."""

from __future__ import annotations

_CAPTURE = "cafleet member capture --member-id NAME"
_SCAN = "cafleet member scan"
_TEAM = "cafleet member list --activity"
_SESSIONS = "cafleet session list"
_CREATE = "cafleet member create --name NAME --description TEXT -- PROMPT"
_UP = "cafleet up --label TEXT"
_WRITE = "cafleet member send-input --member-id NAME --freetext TEXT"
_GO = "tmux switch-client -t PANE"
_SEARCH = "cafleet message list --search WORDS"
_ANSWER = "cafleet member send-input --member-id NAME --choice {digit}"
_SEND = "cafleet message send --to NAME --text TEXT"
_ACK = "cafleet message ack --task-id ID"
_ACK_ALL = "cafleet message ack --all"
_INBOX = "cafleet message poll --agent-id Administrator"
_EVENTS = "cafleet event list"
_REPLY = "cafleet message send --to NAME --reply-to ID --text TEXT"

COMMANDS = {
    "app.sessions": _SESSIONS,
    "app.settings": "cafleet config set",
    "app.theme": "CAFLEET_THEME=cafleet-light cafleet tui",
    "room.members": _TEAM,
    "room.screen": _CAPTURE,
    "room.grid": _SCAN,
    "plain_keys.grid": _SCAN,
    "plain_keys.members": _TEAM,
    "plain_keys.screen": _CAPTURE,
    "plain_keys.sessions": _SESSIONS,
    "plain_keys.search": _SEARCH,
    "room.search": _SEARCH,
    "room.questions": _TEAM,
    "room.inbox": _INBOX,
    "plain_keys.inbox": _INBOX,
    "plain_keys.questions": _TEAM,
    "plain_keys.absence": _EVENTS,
    "composer.send": _SEND,
    "composer.take_back": "cafleet message cancel --task-id ID",
    "members.open": _CAPTURE,
    "members.filter": "cafleet message list --with NAME",
    "members.mention": _SEND,
    "members.detail": "cafleet agent show --id NAME",
    "members.create": _CREATE,
    "members.note": "cafleet member note --member-id NAME TEXT",
    "members.order": "cafleet member list --sort name",
    "new_member.start": _CREATE,
    "acts.ping": "cafleet member ping --member-id NAME",
    "acts.write": _WRITE,
    "queue.write": _WRITE,
    "queue.go": _GO,
    "acts.exec": "cafleet member exec --member-id NAME -- COMMAND",
    "acts.prompt": "cafleet member prompt --member-id NAME -- TEXT",
    "acts.interrupt": "cafleet member interrupt --member-id NAME",
    "acts.restart": "cafleet member restart --member-id NAME",
    "acts.diff": "cafleet member diff --member-id NAME",
    "diff.read": "cafleet member diff --member-id NAME",
    "diff.send": "cafleet message send --to NAME --review FILE",
    "acts.capture": _CAPTURE,
    "acts.go": _GO,
    "members.adopt": "cafleet member adopt --list",
    "adopt.take": "cafleet member adopt --pane PANE",
    "acts.release": "cafleet member release --member-id NAME",
    "acts.delete": "cafleet member delete --member-id NAME",
    "timeline.parent": "cafleet message show --task-id ID --full",
    "search.done": _SEARCH,
    "timeline.time": "cafleet message list --since TIME",
    "timeline.choose": "cafleet message show --task-id ID --full",
    "timeline.reply": _REPLY,
    "timeline.ack": _ACK,
    "picker.new": _UP,
    "new_session.start": _UP,
    "picker.open": "cafleet tui --session-id ID",
    "picker.deleted": "cafleet session list --all",
    "inbox.open": "cafleet message show --task-id ID --full",
    "inbox.reply": _REPLY,
    "inbox.ack": _ACK,
    "inbox.ack_all": _ACK_ALL,
    "detail.reply": _REPLY,
    "detail.ack": _ACK,
    "detail.cancel": "cafleet message cancel --task-id ID",
    **{f"acts.answer{digit}": _ANSWER.format(digit=digit) for digit in range(1, 10)},
    **{f"queue.answer{digit}": _ANSWER.format(digit=digit) for digit in range(1, 10)},
}
"""CLI equivalents by action id; actions that only navigate have none."""
