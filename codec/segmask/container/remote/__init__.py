"""Zips behind URLs: what is shown of a URL, and its bytes, read by ranges."""
