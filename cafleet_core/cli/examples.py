"""The examples of each command, a line each: what its `--help` shows and the tests run."""

from __future__ import annotations

EXAMPLES = {
    "session create": "cafleet session create --label release",
    "session list": "cafleet session list --all",
    "session show": "cafleet session show 7c1e52d0",
    "session export": """\
cafleet session export 7c1e52d0
cafleet session export 7c1e52d0 --format html\
""",
    "session resume": "cafleet session resume 7c1e52d0 --dry-run",
    "session budget": """\
cafleet session budget 20
cafleet session budget 2.50 --member-id drafter\
""",
    "session delete": "cafleet session delete 7c1e52d0",
    "agent register": 'cafleet agent register --name critic --description "Reads drafts"',
    "agent list": "cafleet agent list --json",
    "agent show": "cafleet agent show --id drafter",
    "agent adopt": "cafleet agent adopt --id Director",
    "agent deregister": "cafleet agent deregister --agent-id drafter",
    "agents": "cafleet agents --id drafter",
    "message send": """\
cafleet message send --to drafter --text "Please draft docs/plan.md."
cafleet message send --to drafter --urgent --expires 10m --text "Stop, main is broken."
cafleet message send --to drafter --at +30m --text "How far is the plan?"
cafleet message send --to drafter --every '0 9 * * 1-5' --text "Good morning."\
""",
    "message broadcast": 'cafleet message broadcast --text "Please commit and push."',
    "message poll": "cafleet message poll --wait 60",
    "message ack": "cafleet message ack --task-id 3f0c9a1e",
    "message cancel": "cafleet message cancel --task-id 8b2d47c6",
    "message show": "cafleet message show --task-id 3f0c9a1e --full",
    "message status": """\
cafleet message status --task-id 8b2d47c6
cafleet message status --task-id 8b2d47c6 --wait acked --timeout 300\
""",
    "message list": "cafleet message list --with drafter --since 2h",
    "member create": 'cafleet member create --name editor --description "Edits" -- "Read docs/plan.md."',
    "member list": "cafleet member list --activity",
    "member questions": "cafleet member questions",
    "member capture": "cafleet member capture --member-id drafter --lines 20",
    "member scan": """\
cafleet member scan --lines 20
cafleet member scan --unchanged-since drafter=9f86d081884c7d65\
""",
    "member send-input": "cafleet member send-input --member-id drafter --choice 1",
    "member diff": "cafleet member diff drafter --stat",
    "member exec": 'cafleet member exec --member-id drafter "git status"',
    "member ping": "cafleet member ping --member-id drafter",
    "member prompt": "cafleet member prompt --member-id drafter Tell me where you are.",
    "member adopt": "cafleet member adopt --list",
    "member release": "cafleet member release drafter",
    "member interrupt": 'cafleet member interrupt drafter --and "Leave docs/plan.md as it is."',
    "member wait": "cafleet member wait --member-id drafter --state idle --timeout 300",
    "member watch": "cafleet member watch --member-id drafter --until ack",
    "member explain": "cafleet member explain --member-id drafter",
    "member restart": "cafleet member restart --member-id drafter",
    "member delete": "cafleet member delete --member-id drafter",
    "worktree list": "cafleet worktree list",
    "worktree finish": "cafleet worktree finish drafter --merge",
    "worktree prune": "cafleet worktree prune",
    "event list": """\
cafleet event list --kind sent --since 8h
cafleet event list --kind asked --kind answered --json\
""",
    "event follow": "cafleet event follow --session-id 7c1e52d0 --after 0",
    "event test": "cafleet event test phone",
    "up": 'cafleet up --label release -- "Read docs/plan.md and split the work."',
    "status": "cafleet status",
    "usage": "cafleet usage --by day",
    "popup": "cafleet popup",
    "tui": "cafleet tui --session-id 7c1e52d0",
    "replay": "cafleet replay 7c1e52d0 --at 'yesterday 9:00' --speed 60",
    "server": "cafleet server --session-id 7c1e52d0 --port 0",
    "demo": "cafleet demo",
    "tour": "cafleet tour",
    "db init": "cafleet db init",
    "db check": "cafleet db check",
    "db backup": "cafleet db backup ~/cafleet.db",
    "db copy": "cafleet db copy --to 'postgresql://cafleet_owner@db.example/cafleet?sslmode=verify-full'",
    "db grant": "cafleet db grant cafleet_host",
    "db revoke": "cafleet db revoke cafleet_host",
    "db prune": "cafleet db prune --older-than 30d --dry-run",
    "db import": "cafleet db import ~/registry-2026.db",
    "config show": "cafleet config show",
    "config path": "cafleet config path",
    "config check": "cafleet config check",
    "config set": "cafleet config set tui.theme nord",
    "config unset": "cafleet config unset tui.theme",
    "monitor": "cafleet monitor --once",
    "mcp": "cafleet mcp",
    "host": "cafleet host --accept exec",
    "setup": "cafleet setup claude --apply",
    "doctor": "cafleet doctor",
    "help": "cafleet help message send",
    "completion": 'eval "$(cafleet completion bash)"',
}
"""By the words of the command, without the program's name and without aliases."""
