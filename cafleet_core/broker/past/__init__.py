"""A session as it was at an earlier time: read from its messages, its events and kept screens."""
