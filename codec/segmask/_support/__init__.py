"""What every room needs and none is about: files, lazily imported names, array types."""
