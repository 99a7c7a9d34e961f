"""Findings that are known already: written once, and told apart from new ones in every later run."""
