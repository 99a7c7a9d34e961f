"""Options that say what stands in files: a configuration, known findings."""
