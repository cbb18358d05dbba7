"""Rows of a view as files a person opens: CSV, XLSX, text; and the documentation of every view."""
