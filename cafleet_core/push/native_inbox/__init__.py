"""The inboxes that coding agents have themselves: a module for each kind."""
