"""How many alerts a minute one machine takes: a driver for the loopback alone."""
