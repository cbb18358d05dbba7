"""The data: of which moment they are, what is missing and why, and the button that makes them newer."""

from ui.reports.service import entity_table, failed_casts, refresh_box, settings_table

refresh_box()
entity_table()
failed_casts()
settings_table()
