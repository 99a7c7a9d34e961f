"""Are two archives, or two images, the same? Scenes, their differences, and the round trip."""
