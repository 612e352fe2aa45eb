"""Messages that come with something: files that are not here any more, comments that are acked."""

from __future__ import annotations

from cafleet_core import comments
from cafleet_core.records import Attachment
from screenshots import team
from screenshots.messages import delivery, entry
from screenshots.names import ago
from screenshots.still import StillSource
from screenshots.still_time import HOST

_FILES = (
    Attachment(
        position=0,
        host=HOST,
        path="/home/me/.local/share/cafleet/attachments/8b2d/run.log",
        copied_from="/home/me/project/build/run.log",
        bytes=48_213,
        modified="1",
        sha256="9f86d081884c7d65" * 4,
    ),
    Attachment(
        position=1,
        host="another",
        path="/srv/data/fixtures.tar",
        copied_from=None,
        bytes=3_145_728,
        modified="1",
        sha256="60303ae22b998861" * 4,
    ),
)

_SAID = comments.numbered(
    comments.read(
        "docs/plan.md:12 Which database?\nsrc/broker.py:-15 Keep it for the log."
    )
)

_REVIEW = entry(
    9,
    "reviewer",
    30,
    comments.body("Two remarks, none of them blocking.", _SAID),
    [delivery(9, "drafter", 30, read_at=ago(20))],
)._replace(comments=(_SAID[0]._replace(acked_at=ago(15)), _SAID[1]))

_FAILED = entry(
    10,
    "tester",
    12,
    "It fails with the new fixtures; the log is attached.",
    [delivery(10, "Director", 12)],
)._replace(files=_FILES)


def source() -> StillSource:
    """The team, two of whose messages come with something."""
    whole = team.source()
    return whole._replace(entries=(*whole.entries, _REVIEW, _FAILED))
