"""Events for readers: the newest ones, or all after a reader's cursor."""
