"""Archives to reports: who reads the parts, in this process, in others, on a Dask cluster."""
