"""The table of who uses which file as a peewee model: see `models`."""

from __future__ import annotations

from peewee import CompositeKey, TextField

from cafleet_core.file_use import FileUseKind
from cafleet_core.storage.models import Table, values


class FileUse(Table):
    """That an agent edits a file, or has claimed it; the row goes when it does so no more."""

    agent_id = TextField(help_text="Who.")
    session_id = TextField(help_text="In which session.")
    kind = TextField(help_text=values(FileUseKind))
    host = TextField(help_text="The machine that the file is on: its id, see `hosts`.")
    path = TextField(help_text="Where it really is: absolute, without links.")
    repository = TextField(
        help_text="The git folder that its repository's trees share; empty outside of one."
    )
    name = TextField(help_text="Its path within the repository's tree, else empty.")
    began_at = TextField(help_text="Since when.")
    ends_at = TextField(
        help_text="Until when: of an edit ten minutes after the last one."
    )
    warned = TextField(
        help_text="The ids of the others that its agent was told of, separated by spaces."
    )

    class Meta:
        table_name = "file_uses"
        primary_key = CompositeKey("agent_id", "kind", "host", "path")
