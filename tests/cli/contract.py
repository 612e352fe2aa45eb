"""The contract of the command line as tables: commands, options, answers and refusals."""

from __future__ import annotations

from cafleet_core.records import Task
from tests.cli.test_session import AT, ID, SHOWN

COMMANDS = {
    *("session create", "session list", "session show", "session delete"),
    *("agent register", "agent list", "agent show", "agent deregister"),
    *("message send", "message broadcast", "message poll", "message ack"),
    *("message cancel", "message show", "message status", "message list"),
    *("member create", "member list", "member capture", "member send-input"),
    *("member exec", "member ping", "member prompt", "member delete"),
    *("db init", "db check", "db backup", "db prune"),
    *("tui", "replay", "status", "popup", "server", "up", "demo", "doctor"),
    "completion",
}

OPTIONS = {
    "session create": "--label --coding-agent",
    "session list": "--all",
    "agent register": "--name --description --here",
    "agent show": "--id",
    "message send": "--to --text --file --reply-to --full --quiet",
    "message broadcast": "--text --full --quiet",
    "message poll": "--since --all --limit --wait --full --quiet",
    "message ack": "--task-id --all --full --quiet",
    "message cancel": "--task-id --full --quiet",
    "message show": "--task-id --full",
    "message status": "--task-id",
    "message list": "--with --from --to --search --since --limit --export",
    "member create": "--name --count --description --coding-agent --model --effort --cwd --env",
    "member list": "--activity --news",
    "member capture": "--member-id --lines --ansi",
    "member send-input": "--member-id --choice --freetext",
    "member exec": "--member-id",
    "member ping": "--member-id",
    "member prompt": "--member-id",
    "member delete": "--member-id --force",
    "db prune": "--older-than --dry-run",
    "tui": "--screenshot --size --read-only",
    "replay": "--at --speed --paused --screenshot --size",
    "status": "--tmux",
    "popup": "--read-only",
    "server": "--host --port --allow-remote --read-only",
    "doctor": "--fix",
}

TASK = "id from from_name to ts state text"
AGENT = "agent_id name description status"
ENTRY = "id from from_name ts text deliveries"
HEAD = rf"\[{SHOWN} \| from:\w+ {SHOWN} \| {AT}\]"
LISTED = HEAD[:-2].replace(SHOWN, ID, 1)
"""The same in the history, where a message's id is whole."""

ANSWERS: list[tuple[str, str, str]] = [
    (
        "session list",
        rf"session_id +label +agents +unacked +created_at\n{SHOWN} +a test +4 +2 +{AT}",
        "session_id label created_at agent_count unacked",
    ),
    (
        "session show {session}",
        rf"session_id: +{SHOWN}\nlabel: +a test\ncreated_at: +{AT}\n"
        rf"director: +{SHOWN}\nadministrator: +{SHOWN}",
        "session_id label created_at deleted_at administrator_agent_id",
    ),
    (
        "session delete {session}",
        rf"Deleted session {SHOWN}\. Deregistered 4 agents\.",
        "session_id deregistered",
    ),
    (
        "agent register --name carol --description d",
        ID,
        "agent_id name registered_at",
    ),
    (
        "agent list",
        rf"agent_id +name +kind +description\n({SHOWN} +\w+ +\w+ +.*\n?){{4}}",
        AGENT,
    ),
    (
        "agent show --id bob",
        rf"agent_id: +{SHOWN}\n(\w+: +.*\n?)+",
        f"{AGENT} registered_at placement",
    ),
    ("agent deregister", "Agent deregistered successfully.", "agent_id status"),
    (
        "message send --to bob --text hi",
        rf"Message sent\. {SHOWN}\npush: none \(no_placement\)",
        f"task{{{TASK}}} notification_sent push{{outcome reason}}",
    ),
    (
        "message send --to bob --text hi --reply-to {received}",
        rf"Message sent\. {SHOWN}\npush: .+",
        f"task{{{TASK} reply_to}} notification_sent push{{outcome reason}}",
    ),
    ("message send --to bob --text hi --quiet", ID, "id"),
    (
        "message broadcast --text hi",
        rf"broadcast id={SHOWN} recipients=2 delivered=0",
        f"task{{{TASK} kind origin}} recipients notifications_sent_count",
    ),
    ("message poll", rf"{HEAD}\nfirst line\nsecond", TASK),
    ("message poll --since 1h", rf"{HEAD}\nfirst line\nsecond", TASK),
    ("message poll --quiet", ID, ""),
    (
        "message poll --full",
        rf"{HEAD}\nfirst line\nsecond",
        " ".join(Task._fields),
    ),
    (
        "message ack --task-id {received}",
        "Acked 1 message.",
        f"task{{{TASK}}}",
    ),
    ("message ack --all", "Acked 1 message.", "acked"),
    (
        "message cancel --task-id {sent}",
        rf"Task canceled\.\n{HEAD}\nhow far\?",
        f"task{{{TASK}}}",
    ),
    (
        "message show --task-id {sent}",
        rf"{HEAD}\nhow far\?",
        f"task{{{TASK}}}",
    ),
    (
        "message status --task-id {sent}",
        rf"{SHOWN} acked 0 of 1\n  bob input_required .*",
        "id acked recipients deliveries",
    ),
    (
        "message list",
        rf"{LISTED} \| to:alice input_required\]\nfirst line\nsecond\n\n"
        rf"{LISTED} \| to:bob input_required\]\nhow far\?",
        ENTRY,
    ),
    (
        "message list --from alice --search far",
        rf"{LISTED} \| to:bob input_required\]\nhow far\?",
        ENTRY,
    ),
    ("message list --with bob --to alice", "No messages found.", ""),
    ("message list --export jsonl --to bob", rf'{{"id":"{ID}".*}}', ""),
    ("member list", "0 members.", ""),
    ("member list --activity", "0 members.", ""),
    ("member list --news", "0 members.", ""),
    (
        "status",
        "a test: 2 unacked",
        "waiting unacked quiet",
    ),
    ("db init", r"Already at head \(\d+\); nothing to do\.", "before after"),
    ("--version", r"cafleet \d+\.\d+\.\d+\S*", ""),
]
"""As alice: a command, what it prints, and the keys of its document, or of each row of it."""

HERE = "Agents here: Director, Administrator, alice, bob."

REFUSALS: list[tuple[str, str, int, str]] = [
    (
        *("alice", "session create", 1),
        "cafleet session create must be run inside a tmux session",
    ),
    ("alice", "session show X", 1, "session 'X' not found."),
    ("alice", "session delete X", 1, "session 'X' not found."),
    (
        *("Director", "agent deregister", 1),
        "cannot deregister the root Director; use 'cafleet session delete' instead.",
    ),
    ("Administrator", "agent deregister", 1, "Administrator cannot be deregistered"),
    ("alice", "agent show --id zzzz", 1, f"Agent zzzz not found. {HERE}"),
    ("alice", "message send --to zzzz --text x", 1, f"Agent zzzz not found. {HERE}"),
    ("alice", "message send --to bob --text {blank}", 2, "the message is empty."),
    ("alice", "message ack --task-id {sent}", 1, "Only the recipient can ACK a task"),
    ("bob", "message cancel --task-id {sent}", 1, "Only the sender can cancel a task"),
    *(
        (
            "alice",
            f"message {verb} --task-id {{{task}}}",
            1,
            f"Task {{{task}}} not found",
        )
        for verb in ("ack", "cancel", "show", "status")
        for task in ("foreign", "nonsense")
    ),
    ("bob", "message show --task-id {received}", 1, "Task {received} not found"),
    *(
        (
            *("Director", f"member {verb}", 1),
            "agent {bob} is not a member of your team (director_agent_id={director}).",
        )
        for verb in (
            *("capture --member-id bob", "ping --member-id bob"),
            *("exec --member-id bob ls", "prompt --member-id bob hello"),
            *("send-input --member-id bob --choice 1", "delete --member-id bob"),
        )
    ),
    (
        *("Director", "member ping --member-id {stranger}", 1),
        f"Agent {{stranger}} not found. {HERE}",
    ),
    (
        *("alice", "message poll --since someday", 2),
        "Invalid value for '--since':"
        " 'someday' is neither an ISO 8601 time nor one such as 10m"
        " or 'yesterday 9:00'.",
    ),
    ("alice", "message send --text x", 2, "Missing option '--to'."),
]
"""Who asks what, the exit code, and the words of the refusal."""
