"""Pulling a table from a portal whose every second of work is stated: Vitrina beside the clients that others use.

``python -m benchmarks.pulling`` runs every case and writes docs/benchmarks.md; ``make bench`` does. A case is a portal
(`conditions`), a table of so many rows, and a client. The portal is one process and counts by itself; each client is
driven in another one, and says what it got.
"""
