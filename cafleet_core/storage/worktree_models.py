"""The table of worktrees as a peewee model: see `models`."""

from __future__ import annotations

from peewee import TextField

from cafleet_core.storage.models import Table


class Worktree(Table):
    """A git worktree that was made for a member; its row stays when the member is gone."""

    agent_id = TextField(primary_key=True, help_text="For whom it was made.")
    session_id = TextField(help_text="In which session.")
    agent_name = TextField(help_text="That agent's name.")
    host = TextField(help_text="The machine it is on: its id, see `hosts`.")
    repository = TextField(
        help_text="The git folder that the repository's trees share."
    )
    path = TextField(help_text="Where it was made.")
    branch = TextField(help_text="Its branch, without `refs/heads/`.")
    base = TextField(
        help_text="The full name of the ref that it was made from; empty for a commit alone."
    )
    base_commit = TextField(help_text="The commit that it was made from.")
    created_at = TextField(help_text="When it was made, or was about to be.")
    ended_at = TextField(null=True, help_text="When it was removed; NULL before that.")

    class Meta:
        table_name = "worktrees"
