"""Settings in ``[tool.segmask]`` of a pyproject.toml, or in a segmask.toml."""
