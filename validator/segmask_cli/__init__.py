"""The command line: everything that prints.

PYTEST_DONT_REWRITE
"""
