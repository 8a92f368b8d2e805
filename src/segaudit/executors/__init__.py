"""Executors of measurement and drawing jobs: local processes, or the workers of a Dask cluster."""
