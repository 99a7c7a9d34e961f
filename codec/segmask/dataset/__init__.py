"""Names to entries: where the data set lies, what its lists name, and which files hold it."""
