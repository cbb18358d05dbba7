"""An independent reckoning of the reports: raw rows of a portal in, rows of a view out, in plain Python.

It shares nothing with the SQL but the definitions, so that where the two agree on nasty portals both are believed.
"""
