"""Pictures of masks, for reports and for ``segmask show``: made of runs, so that a large mask costs what is shown of it."""
