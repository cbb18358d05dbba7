"""The sales plan: rows that people type in a table, a file or a Google Sheet, kept beside the data."""
