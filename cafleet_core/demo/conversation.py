"""The demo's conversation: messages, their senders and recipients, working times."""

from __future__ import annotations

from cafleet_core.demo.actions import Action, Ask, Command, Say, Work, ack, broadcast
from cafleet_core.demo.actions import send as send_to
from cafleet_core.fast_types import NamedTuple

DIRECTOR = "Director"
ADMINISTRATOR = "Administrator"

FIRST_TURN = "Start phase one."
"""The turn on which the Director begins."""

BROADCAST = "Phase one starts now: the release notes. Report when done."


class Message(NamedTuple):
    """A polled message; its sender by id and by name."""

    task_id: str
    sender_id: str
    sender: str
    text: str


class WorkPlan(NamedTuple):
    """A member's actions: work before and after its ack, its report, and later ones."""

    description: str
    doing: str
    seconds_to_ack: float
    seconds_to_report: float
    report: str
    status: str
    afterwards: tuple[Action, ...] = ()


QUESTION = Ask(
    "Apply both remarks?",
    ("Yes", "Only the first", "No"),
    (
        (
            Work(2, "Editing"),
            send_to(DIRECTOR, "Both remarks are in the draft now."),
        ),
        (
            Work(1, "Editing"),
            send_to(DIRECTOR, "The first remark is in the draft, the second dropped."),
        ),
        (send_to(DIRECTOR, "The draft stays as it was; both remarks dropped."),),
    ),
)

PLANS = {
    "drafter": WorkPlan(
        description="Writes the release notes",
        doing="Drafting",
        seconds_to_ack=0.5,
        seconds_to_report=2,
        report="Draft ready: three sections, 42 lines.",
        status="The draft is done: three sections, 42 lines.",
        afterwards=(
            Work(2, "Thinking"),
            send_to(
                ADMINISTRATOR,
                "A question for you: shall the notes list internal changes too?",
            ),
        ),
    ),
    "reviewer": WorkPlan(
        description="Reads what the others write",
        doing="Reviewing",
        seconds_to_ack=0.5,
        seconds_to_report=4,
        report="Review done: two remarks, nothing that blocks.",
        status="The review is done: two remarks, nothing that blocks.",
        afterwards=(Work(1, "Thinking"), QUESTION),
    ),
    "tester": WorkPlan(
        description="Runs the checks",
        doing="Testing",
        seconds_to_ack=8,
        seconds_to_report=1,
        report="All 128 checks pass. I acked late: they were running.",
        status="All 128 checks pass.",
    ),
}

_ANYBODY = WorkPlan(
    description="Helps where it can",
    doing="Working",
    seconds_to_ack=1,
    seconds_to_report=2,
    report="Done.",
    status="Nothing is open here.",
)


def opening(name: str, turn: str) -> list[Command]:
    """The Director's broadcast if `turn` is its first turn, otherwise nothing."""
    return [broadcast(BROADCAST)] if name == DIRECTOR and turn == FIRST_TURN else []


def small_talk(name: str) -> str:
    """A line in answer to a turn that is neither message nor command."""
    return f"I am {name}, a stand-in. Write to me from the control room."


def reply(name: str, message: Message, heard: frozenset[str]) -> list[Action]:
    """The actions that answer a message; `heard` holds the names of earlier senders.

    Only the Director's broadcast and the Administrator get a reply, so that the
    exchange ends whatever is written.
    """
    if message.sender == ADMINISTRATOR:
        return _to_human(name, message, heard)
    if name == DIRECTOR:
        return _to_report(message, heard)
    if message.sender == DIRECTOR:
        return _to_director(PLANS.get(name, _ANYBODY), message)
    return [ack(message.task_id), Say(f"Noted what {message.sender} says.")]


def _to_director(plan: WorkPlan, message: Message) -> list[Action]:
    return [
        Work(plan.seconds_to_ack, plan.doing if plan.seconds_to_ack > 1 else "Reading"),
        ack(message.task_id),
        Work(plan.seconds_to_report, plan.doing),
        send_to(message.sender_id, plan.report, message.task_id),
        *plan.afterwards,
    ]


def _to_report(message: Message, heard: frozenset[str]) -> list[Action]:
    reported = (heard | {message.sender}) & PLANS.keys()
    noted: list[Action] = [Work(0.5), ack(message.task_id)]
    if message.sender in heard or len(reported) < len(PLANS):
        return [*noted, Say(f"Noted what {message.sender} says.")]
    return [
        *noted,
        send_to(ADMINISTRATOR, "Phase one is complete: all three have reported."),
    ]


def _to_human(name: str, message: Message, heard: frozenset[str]) -> list[Action]:
    return [
        Work(0.5),
        ack(message.task_id),
        Work(1, "Thinking"),
        send_to(
            message.sender_id, _sensible(name, message.text, heard), message.task_id
        ),
    ]


def _sensible(name: str, text: str, heard: frozenset[str]) -> str:
    words = text.casefold()
    plan = PLANS.get(name, _ANYBODY)
    if name == DIRECTOR and "?" in words:
        return f"{len(heard & PLANS.keys())} of {len(PLANS)} have reported so far."
    if "?" in words or "status" in words:
        return plan.status
    if "thank" in words:
        return "You are welcome."
    if name == "drafter" and ADMINISTRATOR not in heard:
        return "Thank you, that settles it. The notes are final now."
    return "Understood; I will keep to that."
