"""The process of a command: the signals that end it."""
