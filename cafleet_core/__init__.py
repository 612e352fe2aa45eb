"""The cafleet library: registry, broker, push and command line for agents in panes."""

__version__ = "0.1.0"
