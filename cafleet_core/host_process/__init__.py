"""The host process: what one machine of a registry on a server does for all of its agents."""
