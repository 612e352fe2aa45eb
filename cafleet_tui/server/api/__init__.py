"""The commands as JSON over HTTP: the same functions, the same refusals."""
