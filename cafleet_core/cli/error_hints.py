"""Hints: what to do about each error, as printed and documented."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.errors import CafleetError

BY_CODE = {
    "ambiguous": "Give more of the id, or the id of one of the things listed.",
    "caller_unknown": "Pass `--session-id` and `--agent-id`, or call from the agent's own pane.",
    "failed": "Do what the message says.",
    "git": "Look at the tree that the message names with `git status`; docs/worktrees.md says what is needed.",
    "internal": "Report it with its story and the command that led to it; the registry is sound.",
    "invalid_input": "Correct the argument; nothing was done.",
    "invalid_setting": "Correct or unset what the message names; `cafleet config check` finds all that is wrong.",
    "not_found": "Look it up: `cafleet agent list`, `cafleet message list`, `cafleet session list`.",
    "refused": "Do not repeat it as it is; the message says what stands against it.",
    "registry": "Run `cafleet doctor`; a registry that is only busy is free again in seconds.",
    "outcome_unknown": "Look with `cafleet member list` and `cafleet member capture` before you try again; `cafleet host` there says what went wrong.",
    "send_failed": "Look at the pane with `cafleet member capture`; the reason says what is in the way.",
    "timeout": "Look at the pane with `cafleet member capture`, then try again, or use `--force`.",
    "tmux": "Run `cafleet doctor` where tmux runs; `cafleet member list --activity` shows dead panes.",
    "usage": "Read `cafleet help <command>`, or docs/cli.md.",
}
"""Hints by the error's code."""

BY_MESSAGE = {
    "session <namesake> is called '<shown>' and is still open": "Choose another label, or delete that session: `cafleet session delete '<label>'`.",
    "standard output: <strerror>.": "What reads the output has stopped, or the disk is full; what the command did is done.",
    "--env '<setting>' is not of the form NAME=VALUE.": "For example `--env DEBUG=1`; repeat the option for each variable.",
    "--skills is not JSON: <error>.": "Quote it for the shell: `--skills '[\"python\"]'`.",
    "@all already reaches everyone; leave the others out.": "Write `@all` alone.",
    "'@<name>' may mean <named> agents.": "Write more of the name, or `--to` with an id.",
    "No active agent is named '@<name>'.": "`@` in an empty composer offers the names; `cafleet agent list` has them too.",
    "Start with @name or @all.": "Or select a message and press `r` to answer it.",
    "<name>='<words>' is not a whole number of 0 or more.": "Nothing but digits; without it, the default counts.",
    "there is no setting '<name>'.": "`cafleet config show` lists them.",
    "there is no setting '<name>'; did you mean <meant>?": "`cafleet config show` lists them all.",
    "<named>: only sqlite:///<absolute path> and postgresql:// are supported.": "For example `sqlite:////home/you/cafleet.db`, with four slashes.",
    "<path> is not TOML: <error>.": "`cafleet config check` names the line.",
    "binary <binary> not found on PATH": "Install the coding agent, or name another with `--coding-agent`; `cafleet doctor` lists those that are here.",
    "coding agent '<name>' is unknown; known: <known>.": "Choose a known one, or add yours in config.toml: docs/config.md.",
    "session '<reference>' not found.": "`cafleet session list --all` shows deleted ones too.",
    "Agent <reference> not found": "`cafleet agent list` has the active ones.",
    "give --task-id <id>, or --all.": "`cafleet message poll` shows the ids of what waits.",
    "Rule <name> not found. <known>": "`[[on]]` tables of config.toml are rules: docs/events.md; `cafleet config path` says where it is.",
    "member <agent_id> is <state><machine> after <whole> s, not <awaited>.": "`cafleet member explain` says why it is taken to be so; wait longer with `--timeout`.",
    "not <step> after <whole> s: <names>.": "`cafleet message status` shows how far it is at each; wait longer with `--timeout`.",
    "Task <reference> not found": "`cafleet message list --since 2h` has the ids.",
    "--here needs a tmux pane; this process runs outside tmux.": "Call it in the pane, or leave `--here` out: such an agent polls and gets nothing typed.",
    "cafleet session create must be run inside a tmux session": "Start one with `tmux new-session`, or run `cafleet up`, which makes its own.",
    "cafleet popup must be run inside a tmux session": "Use `cafleet tui`, which runs in every terminal.",
    "<name> was deregistered while it was being started.": "Somebody ended it meanwhile; create it again.",
    "a demo is running; end it with 'cafleet demo --stop'.": "Or attach to it: `tmux attach -t cafleet-demo`.",
    "agent <agent_id> is not a Director in a tmux pane.": "Only the Director creates members: pass its id as `--agent-id`.",
    "agent <agent_id> is not a member of your team (director_agent_id=<agent_id>).": "Act as its Director, or write to it: `cafleet message send`.",
    "an active agent named '<name>' exists in this session.": "Take another name, or end the other first: `cafleet member delete`.",
    "cannot deregister the root Director; use 'cafleet session delete' instead.": "`cafleet session delete ID` ends the session and keeps its messages.",
    "another question is on the screen by now; nothing was typed.": "Look again, then answer the new one.",
    "<digit> is not among the answers: <offered>.": "Choose one of those offered.",
    "no question is on the screen of member <agent_id>.": "It was answered already, or is one that cafleet does not know: look with `cafleet member capture`.",
    "none of the answers on the screen takes free text.": "Answer with `--choice`, or write in the pane.",
    "the prompt on the screen has no numbered answers; answer it in the pane.": "`g` in the control room goes to the pane.",
    "Cannot ACK task in state <status_state>": "It is settled already; there is nothing to do.",
    "Cannot cancel task in state <status_state>": "It is settled already; send another message to say otherwise.",
    "Only the recipient can ACK a task": "Ack as the agent that received it, by the id that its own `message poll` shows.",
    "Only the sender can cancel a task": "Ask the sender to take it back.",
    "member <agent_id> has no pane yet (pending placement) — nothing to send.": "Wait until it has started; `cafleet doctor --fix` removes one that never did.",
    "the pane of member <agent_id> cannot be seen from here.": "It is in a tmux server of another user or machine: act there. Or tmux is not on PATH here.",
    "nothing proves that <name> calls here, and [identity] enforce asks for proof: call from its own pane.": "Leave `--agent-id` out, and call in the agent's pane: docs/security.md.",
    "only a human at a terminal, in no agent's pane, may speak as the Administrator: [identity] enforce is on.": "Use the control room, or a terminal of your own.",
    "only the session's Director, in its own pane, or a human at a terminal may do that: [identity] enforce is on.": "Ask the Director, or do it in a terminal of your own.",
    "pane <pane_id> of agent <agent_id> is gone.": "There is nothing to adopt: end the agent, and create it again.",
    "<evidence>; nothing was typed.": "If what runs there is the agent, `cafleet agent adopt` in its pane says so.",
    "nobody else is active in this session; nothing was sent.": "Create a member first.",
    "coding agent '<name>' takes no --model.": "Leave it out; choose the model in the agent itself.",
    "coding agent '<name>' takes no --effort.": "Leave it out; choose the effort in the agent itself.",
    "no terminal is attached to this tmux session; use 'cafleet tui'": "A popup needs a terminal that shows it.",
    "this session is watched already, by a monitor or control room.": "One is enough; one that died is overtaken at once.",
    "registry <path> was replaced by another file.": "What was running had the file that was there before: start it again.",
    "session <session_id> is deleted": "Its messages can still be read; make a new one to go on.",
    "<where> holds tables that are not cafleet's; name another file in CAFLEET_DATABASE_URL, or move this one away.": "Nothing was changed in it.",
    "cannot open registry <path>: <strerror>.": "Check the folder and who may write there, or name another file in `CAFLEET_DATABASE_URL`.",
    "registry <path> is busy: another process has held it for <busy_seconds> s.": "Try again; where it lasts, a process hangs: `fuser <path>` names it.",
    "registry <path> is damaged or no registry: <error>.": "Move it away and copy your last `cafleet db backup` to its place.",
    "registry <path> cannot be read or written: <error>.": "The disk fails, or limits the size of files; make room or move the registry.",
    "registry <path> was cut off: it is empty.": "Move it away with its `-wal` and `-shm` files, and put your last `cafleet db backup` in its place.",
    "registry <where> closed the connection during a change: whether it was kept is not known; look before you repeat it.": "`cafleet message send --id UUID` with an id of your own may be repeated: it is sent once.",
    "registry <where> has no role <role>: 'createuser <role>' makes it.": "Roles belong to the server: its administrator makes them; see docs/hosts.md.",
    "<where> has sessions already; nothing was copied.": "Name an empty database: `createdb` makes one.",
    "--id <head_id> is another message's; nothing was sent.": "Leave `--id` out, or make a new one with `uuidgen`.",
    "registry <path> is read-only.": "Make the file and its folder writable for you.",
    "registry <path>: the disk is full.": "Make room; nothing that was stored is lost. `cafleet db prune --older-than 30d` frees space in it.",
    "send failed: <what> was typed into pane <pane_id>, but stands there unsubmitted.": "Go to the pane and press Enter, or clear the line.",
    "tmux at <where> may not be reached from here.": "The command runs in a sandbox, or as another user; let tmux through, or run it outside.",
    "<name> ended at once.<words>": "The words are the last it showed. Start it by hand in a pane to see why: it may want a login or a newer version.",
    "no tmux server at <where>: <reply>.": "It has ended, or its socket is away; `cafleet doctor` tells which, `--fix` mends it.",
    "tmux at <where> could not be asked: <reply>.": "Nothing follows from it: who lives there stays registered. The words are tmux's; try again.",
    "tmux <what> was not answered: <reply>.": "Nothing follows from it: who lives there stays registered. The words are tmux's; try again.",
    "what is on PATH as tmux is no tmux that runs.": "See `which tmux`. Until it is mended, others deliver: a loop that another command starts, a monitor or a control room.",
    "tmux list-panes was answered by no list.": "Another program than tmux answers: see `which tmux`.",
    "the tmux server of pane <pane_id> could not be asked: another one answers at <tmux_socket>.": "Two servers share one socket path; end the newer one, then `kill -USR1` the older.",
    "pane <pane_id> of member <agent_id> is gone.": "End it with `cafleet member delete`, then create it again; its messages are kept.",
    "tmux did not answer within 5 s.": "The tmux server hangs or the machine is overloaded; try again.",
    "tmux cannot be started: <strerror>.": "The machine has no process or no memory to spare; try again.",
    "tmux is not on PATH.": "Install tmux 3.2 or newer.",
    "the control room ended at once; see 'cafleet tui'.": "Run it by hand to see what it says.",
    "<what> was not ready in 20 s.": "The machine is busy; try again.",
    "'<name>' is not installed; install cafleet as a package.": "For example `pipx install .` in the source folder.",
    "'<clean>' reads as the beginning of an id; a name needs another letter.": "An id may be cut to four characters; take a name with a letter beyond f, or a blank.",
    "'<clean>' cannot be a name.": "It means something already, as `all` does; take another.",
    "<path> <error>; it is left as it is.": "A coding agent's settings file is broken: mend it, then run `cafleet setup` again.",
    "<path> was changed by someone else meanwhile.": "Run `cafleet setup` again; it reads the file anew.",
    "<target> exists already; nothing was written.": "Name another file, or move that one away.",
    "Administrator cannot be deregistered": "It is you, and ends with the session: `cafleet session delete ID`.",
    "agent <agent_id> is already deregistered.": "There is nothing to do.",
    "Agent <agent_id> is deregistered": "Write to somebody active: `cafleet agent list`.",
    "cannot go there: <why>.": "Attach a terminal to the tmux server that the pane is in, and choose the pane there.",
    "no demo is running.": "`cafleet demo` starts one.",
    "the tour needs a terminal.": "`cafleet demo` prints one frame of the same room without one.",
    "prompt file <path> cannot be read: <why>.": "Name a file that you can read.",
    "prompt file <path> is empty.": "Write the prompt into it, or leave `--prompt-file` out.",
    "prompt file <path> is not UTF-8.": "Save it as UTF-8.",
    "there is no file <path>.": "Check the path.",
    "send failed: <what> was not typed into pane <pane_id>: <outcome> (<reason>).": "What the reason means is in docs/troubleshooting.md; look with `cafleet member explain`.",
    "no key was pressed in pane <pane_id>: <outcome> (<reason>).": "What the reason means is in docs/troubleshooting.md; look with `cafleet member explain`.",
    "no key is known that interrupts coding agent '<name>'.": "Name it in config.toml: `interrupt_keys`, in docs/config.md.",
    "--unchanged-since '<each>' is no digest, nor NAME= and one.": "Give 8 or more digits of the `content_sha256` that `member scan --json` prints.",
    "pane <pane_id> is another agent's.": "`cafleet member adopt --list` shows the panes that are nobody's.",
    "No such command '<name>'": "`cafleet --help` lists the commands.",
    "No such option '<option_name>'": "`cafleet <command> --help` lists the options.",
}
"""Hints by the error's message, if there is more to say than for its code."""

_SAY_IT_THEMSELVES = frozenset(
    ("failed", "invalid_input", "refused", "registry", "usage")
)
"""Codes without a hint of their own, because their messages say it all."""


def way_out(error: CafleetError) -> str:
    """The hint for an error: its own, else by its message, else by its code.

    Of several templates that match the message, the one with the most literal words counts.
    """
    if error.way_out:
        return error.way_out
    first = error.message.partition("\n")[0]
    fitting = [template for template in BY_MESSAGE if _fits(template, first)]
    if fitting:
        return BY_MESSAGE[max(fitting, key=_literal_length)]
    return "" if error.code in _SAY_IT_THEMSELVES else BY_CODE.get(error.code, "")


def _fits(template: str, message: str) -> bool:
    """Whether a message contains a template's words in their order; more may follow."""
    start, *others = _literals(template)
    if not message.startswith(start):
        return False
    position = len(start)
    for words in others:
        position = message.find(words, position)
        if position < 0:
            return False
        position += len(words)
    return True


def _literal_length(template: str) -> int:
    return sum(map(len, _literals(template)))


def _literals(template: str) -> list[str]:
    """The words of a template between its marks such as `<name>`."""
    start, *parts = template.split("<")
    return [start, *(part.partition(">")[2] for part in parts)]
