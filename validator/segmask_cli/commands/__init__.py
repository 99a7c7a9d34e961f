"""The commands, a module each; each is imported when it is called, and numpy when it has something to read."""
