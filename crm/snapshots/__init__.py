"""Rows as they were received: immutable parquet files, and the manifest that says which of them hold."""
