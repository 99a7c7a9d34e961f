"""Bytes to members: a zip, a folder or a URL; and members as text."""
