"""Bitrix24 → snapshots: what a portal holds, pulled and kept as it was received. Knows nothing of figures or pages."""
