"""The user's rules for events: the tables `[[on]]` of `config.toml`."""
