"""Records to drawable content: the only place where users' text is given a style."""
