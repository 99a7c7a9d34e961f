"""`check_codec`, and the laws that conversions must keep."""
