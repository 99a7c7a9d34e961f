"""The report: as data, as JSON, as text."""
