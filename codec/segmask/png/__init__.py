"""PNG bytes to runs, and back, without an image of pixels on the way."""
