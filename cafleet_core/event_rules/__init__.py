"""What the user wants done when something happens: the tables `[[on]]` of `config.toml`."""
