"""Snapshots become figures here: a warehouse is built, opened, asked under filters and exported."""
