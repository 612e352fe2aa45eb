"""Seeded trials of delivery on real tmux: short ones in the suite, long ones by `make campaigns`."""
