"""The kernel in C, and how it is found: a plain shared library beside it, the same for every Python."""
