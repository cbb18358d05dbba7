"""Snapshots and plan become a warehouse: built as one file, published by a pointer, opened read-only."""
