"""Forget-me-not: leads and deals nobody has acted on for days, whose they are and why."""

from ui.blocks.record_list import record_list
from ui.blocks.table import table
from ui.charts.grouped_bars import grouped_bars
from ui.reports.forgotten import days_controls, forgotten_cards, leads_of_all_funnels

days_controls()

forgotten_cards("forgotten_summary")

table(
    "forgotten_by_department",
    total="forgotten_total",
    pick="departments",
    sort="leads_forgotten",
    bars=["leads_forgotten", "deals_forgotten"],
    notes=["pages.forgotten.click_department", leads_of_all_funnels],
)

table(
    "forgotten_by_employee",
    total="forgotten_total",
    pick="employees",
    sort="leads_forgotten",
    bars=["leads_forgotten", "deals_forgotten"],
    notes=["pages.forgotten.click", leads_of_all_funnels],
)

grouped_bars(
    "forgotten_reasons",
    name_column="reason",
    value="forgotten_count",
    colour_column="entity",
    tooltip=["forgotten_sum"],
)

record_list("forgotten_leads", sort="silent_days", first=["silent_days", "reason", "employee", "stage"])

record_list("forgotten_deals", sort="silent_days", first=["silent_days", "reason", "employee", "stage"])
