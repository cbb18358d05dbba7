"""Manager efficiency: what managers do, and what comes of it."""

from ui.blocks.kpi import Card, kpi_row
from ui.blocks.links import list_links
from ui.blocks.notes import won_zero_sum
from ui.blocks.table import table
from ui.charts.dynamics import dynamics
from ui.charts.scatter import scatter
from ui.charts.stacked_bars import stacked_bars

kpi_row(
    "manager_total",
    change="manager_total_change",
    history="manager_total_dynamics",
    cards=[
        Card("activities"),
        Card("call_minutes"),
        Card("won_count"),
        Card("won_sum"),
        Card("conversion"),
        Card("avg_cycle_days", growth="less is good"),
    ],
    notes=[won_zero_sum],
)

table(
    "manager_activity",
    total="manager_total",
    pick="employees",
    sort="activity_index",
    bars=["activities", "activity_index"],
    even_share=("manager_average", "even_share"),
    pale_without="activities",
    notes=["pages.managers.even_share"],
)

scatter(
    "manager_points",
    x="activity_index",
    y="won_sum",
    name_column="employee",
    id_column="employee_id",
    pick="employees",
    averages=("manager_average", "even_share", "average_won_sum"),
    corners=("pages.managers.busy_poor", "pages.managers.idle_rich"),
)

table(
    "manager_results",
    total="manager_total",
    pick="employees",
    sort="won_sum",
    bars=["won_sum"],
    notes=["pages.managers.click"],
)

list_links("employees")

dynamics(
    "manager_results_dynamics",
    metrics=["won_sum", "won_count", "avg_check", "conversion", "avg_cycle_days", "lost_count", "activity_index"],
    name_column="employee",
    id_column="employee_id",
    pick="employees",
    ranked_by="manager_results",
)

stacked_bars(
    "manager_total_dynamics",
    title="pages.managers.kinds",
    series=["calls", "meetings", "emails", "tasks", "comments", "other"],
)
