"""Records to styled content; users' text gets its style here alone."""
