"""A harness for code that reads and writes masks: generated data, and the laws that conversions must keep.

PYTEST_DONT_REWRITE
"""
