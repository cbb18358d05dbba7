"""Bitrix24 → snapshots: what a portal holds, brought here as it was received. Knows nothing of figures or pages."""
