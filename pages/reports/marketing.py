"""Marketing: where leads come from, what became of them, and what they sold for."""

from ui.heading import heading
from ui.listing import listing
from ui.tree import tree

heading("pages.marketing.events", note="pages.marketing.events_note")

tree(
    "lead_source_stats",
    "lead_source_month_stats",
    linked=["source_id"],
    child="bucket",
    total="lead_summary",
    pick="sources",
    sort="received",
    bars=["received", "sales_sum"],
)

heading("pages.marketing.fate", note="pages.marketing.fate_note")

listing("lead_list", sort="created_on", switches=["without_activities", "all_open"])
