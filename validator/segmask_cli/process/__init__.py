"""The process of a command: its first instructions, the signals that end it, the streams that may be closed."""
