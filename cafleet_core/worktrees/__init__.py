"""Git worktrees of members: made, read, and removed only where nothing is lost."""
