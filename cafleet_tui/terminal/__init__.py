"""The terminal that the control room is drawn in, and what happens when it goes away."""
