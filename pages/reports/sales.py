"""Sales dynamics: what came, what was sold and to whom, how sales move, and where leads and deals stand still."""

from functools import partial

from ui.blocks.kpi import Card, kpi_row
from ui.blocks.layout import columns, heading
from ui.blocks.notes import won_zero_sum
from ui.blocks.table import table
from ui.blocks.tree import tree
from ui.charts.dynamics import dynamics
from ui.charts.sales_comparison import sales_comparison
from ui.charts.stage_funnel import stage_funnel
from ui.reports.deals import deal_list, deals_by_duration, deals_by_stage, deals_by_state
from ui.reports.forgotten import forgotten_label
from ui.reports.stage_times import StageTimeViews, longest_stage_badge, longest_stages_note, stage_times

heading("pages.sales.leads")
kpi_row(
    "sales_lead_summary",
    change="lead_summary_change",
    history="lead_total_dynamics",
    cards=[
        Card("received"),
        Card("qualified"),
        Card("junk", growth="less is good"),
        Card("new"),
        Card("in_work"),
        Card("forgotten", growth="less is good", label=forgotten_label("lead_days")),
    ],
)

heading("pages.sales.deals")
kpi_row(
    "sales_deal_summary",
    change="sales_deal_summary_change",
    history="manager_total_dynamics",
    cards=[
        Card("won_count"),
        Card("won_sum"),
        Card("avg_check"),
        Card("conversion"),
        Card("avg_cycle_days", growth="less is good"),
        Card("lost_count", growth="less is good"),
        Card("created_count"),
        Card("lost_sum", growth="less is good", sparkline=False),
        Card("in_work_count", growth="neither"),
        Card("in_work_sum", growth="neither"),
        Card("forgotten", growth="less is good", label=forgotten_label("deal_days")),
    ],
    notes=[won_zero_sum],
)

heading("pages.sales.new_repeat")
kpi_row(
    "sales_new_repeat",
    change="sales_deal_summary_change",
    cards=[
        Card("new_count"),
        Card("new_sum"),
        Card("repeat_count"),
        Card("repeat_sum"),
        Card("repeat_count_share"),
        Card("repeat_sum_share"),
    ],
)

sales_comparison("sales_dynamics", notes=("pages.sales.compared_note",))

heading("pages.sales.people")
table(
    "sales_by_employee",
    total="sales_employee_total",
    pick="employees",
    sort="won_sum",
    bars=["won_sum"],
    notes=["pages.sales.click"],
)
dynamics(
    "sales_employee_dynamics",
    metrics=["won_sum", "won_count", "avg_check", "conversion", "avg_cycle_days", "created_count", "lost_count"],
    name_column="employee",
    id_column="employee_id",
    pick="employees",
    ranked_by="sales_by_employee",
)

heading("pages.sales.state_of_deals")
columns(partial(deals_by_state, "deal_state_stats"), partial(deals_by_duration, "deal_duration_stats"))
columns(
    partial(deals_by_stage, "deal_stage_stats"),
    partial(
        stage_funnel,
        "deal_stage_conversion",
        count_column="deal_count",
        prefix="deal:",
        notes=["pages.marketing.deal_path_note"],
    ),
)
deal_list("deal_list")

heading("pages.sales.lead_times", note="pages.sales.times_note")
table(
    "lead_stage_duration_total",
    total="lead_duration_total",
    in_order="stage_sort",
    bars=["avg_days"],
    hide=["stage_sort"],
    badge=partial(longest_stage_badge, "lead"),
    notes=[longest_stages_note("lead")],
)
stage_times(
    StageTimeViews("lead_stage_duration", "lead_employee_duration", "lead_stage_duration_total", "lead_duration_total")
)

heading("pages.sales.deal_times", note="pages.sales.times_note")
tree(
    "deal_funnel_duration",
    "deal_stage_duration_total",
    linked=["funnel_id"],
    child="stage",
    child_order="stage_sort",
    total="deal_duration_total",
    pick="funnels",
    sort="visits",
    bars=["avg_days"],
    badge=partial(longest_stage_badge, "deal"),
    notes=[longest_stages_note("deal")],
)
stage_times(
    StageTimeViews(
        "deal_stage_duration",
        "deal_employee_duration",
        "deal_stage_duration_total",
        "deal_funnel_duration",
        has_funnels=True,
    )
)
