"""Every migration, in order."""

from __future__ import annotations

from cafleet_core.storage.migrations import (
    m0001_initial,
    m0002_search,
    m0003_outbox,
    m0004_monitors,
    m0005_operations,
    m0006_identity,
    m0007_terms,
    m0008_versions,
    m0009_events,
    m0010_hosts,
    m0011_oldest_reader,
    m0012_timed,
    m0013_live_screens,
    m0014_last_acts,
    m0015_worktrees,
    m0016_transport,
    m0017_labels,
    m0018_usage,
    m0019_starts,
    m0020_executions,
    m0021_parked,
    m0022_budgets,
    m0023_attachments,
    m0024_told,
)

STEPS = (
    m0001_initial.apply,
    m0002_search.apply,
    m0003_outbox.apply,
    m0004_monitors.apply,
    m0005_operations.apply,
    m0006_identity.apply,
    m0007_terms.apply,
    m0008_versions.apply,
    m0009_events.apply,
    m0010_hosts.apply,
    m0011_oldest_reader.apply,
    m0012_timed.apply,
    m0013_live_screens.apply,
    m0014_last_acts.apply,
    m0015_worktrees.apply,
    m0016_transport.apply,
    m0017_labels.apply,
    m0018_usage.apply,
    m0019_starts.apply,
    m0020_executions.apply,
    m0021_parked.apply,
    m0022_budgets.apply,
    m0023_attachments.apply,
    m0024_told.apply,
)
"""Entry N migrates from revision N to N + 1."""

OLDEST_READER = 12
"""The revision from which on programs can use a registry of head.

A step that only adds tables, or columns that may be left out, leaves it as it is: machines
upgrade one after another. Any other raises it to its own revision."""
