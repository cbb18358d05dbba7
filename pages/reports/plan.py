"""The sales plan: is it met, by whom, at which pace, and what it earns."""

from functools import partial

from ui.blocks.kpi import Card, kpi_row
from ui.blocks.layout import columns, heading
from ui.blocks.notes import won_zero_sum
from ui.blocks.table import table
from ui.blocks.tree import tree
from ui.charts.dynamics import dynamics
from ui.charts.plan_bars import plan_bars
from ui.charts.plan_progress import plan_progress
from ui.charts.target_line import target_line
from ui.reports.deals import deal_list, deals_by_duration, deals_by_stage, deals_by_state
from ui.reports.plan.editor import editor
from ui.reports.plan.employee_tips import employee_tips
from ui.reports.plan.min_completion import min_completion_control
from ui.reports.plan.months import offer_whole_months
from ui.reports.plan.notes import idle_steps, plan_and_bonus_untouched, plan_untouched
from ui.reports.plan.pace import pace, pace_by_employee
from ui.reports.plan.toolbar import plan_toolbar

DYNAMICS = ["completion", "fact_sum", "plan_sum", "won_count", "plan_count"]
FULL = {"completion": 1.0, "count_completion": 1.0}  # a bar of a percent is full where the plan is met

plan_toolbar()
editor()
offer_whole_months()

kpi_row(
    "plan_summary",
    cards=[
        Card("plan_sum"),
        Card("fact_sum"),
        Card("completion"),
        Card("remaining"),
        Card("completion_to_date"),
        Card("bonus"),
        Card("won_count"),
        Card("count_completion"),
        Card("avg_check"),
        Card("new_sum"),
        Card("repeat_share"),
        Card("in_work_sum"),
    ],
    notes=[won_zero_sum, plan_and_bonus_untouched],
)

pace(notes=(plan_untouched,))

table(
    "plan_month_comparison",
    in_order=("current", "previous_same_days", "previous"),
    full=FULL,
    notes=["pages.plan.comparison_note", plan_untouched],
)

heading("pages.plan.departments")
tree(
    "plan_by_department",
    "plan_by_department_funnel",
    linked=["department_id"],
    child="funnel",
    total="plan_summary",
    pick="departments",
    sort="fact_sum",
    full=FULL,
    children_in_order=False,
    notes=["pages.plan.click_department", plan_untouched],
)
dynamics(
    "plan_department_dynamics",
    metrics=DYNAMICS,
    name_column="department",
    id_column="department_id",
    pick="departments",
    ranked_by="plan_by_department",
    notes=[plan_untouched],
)

heading("pages.plan.people")
table(
    "plan_by_employee",
    total="plan_summary",
    pick="employees",
    sort="fact_sum",
    full=FULL,
    hide=["plan_count", "count_completion"],
    controls=min_completion_control,
    tips=employee_tips,
    notes=["pages.plan.click_employee", plan_and_bonus_untouched, idle_steps],
)
pace_by_employee(notes=("pages.plan.click_one", plan_untouched))
dynamics(
    "plan_employee_dynamics",
    metrics=DYNAMICS,
    name_column="employee",
    id_column="employee_id",
    pick="employees",
    ranked_by="plan_by_employee",
    excludable=True,
    notes=["pages.plan.strike_note", plan_untouched],
)
tree(
    "plan_by_employee",
    "plan_by_employee_funnel",
    linked=["employee_id"],
    child="funnel",
    total="plan_summary",
    pick="employees",
    sort="fact_sum",
    full=FULL,
    hide=["department"],
    children_in_order=False,
    title="pages.plan.people_funnels",
    name="plan_employee_funnels",
    notes=["pages.plan.people_funnels_note", plan_and_bonus_untouched],
)


def departments_and_progress() -> None:
    """Departments against their plan, and the plan over time."""
    plan_bars(
        "plan_by_department",
        name_column="department",
        id_column="department_id",
        pick="departments",
        title="pages.plan.department_bars",
        name="plan_department_bars",
    )
    plan_progress("plan_dynamics", notes=("pages.plan.course_note", plan_untouched))


columns(
    departments_and_progress,
    partial(
        plan_bars,
        "plan_by_employee",
        name_column="employee",
        id_column="employee_id",
        pick="employees",
        title="pages.plan.employee_bars",
        name="plan_employee_bars",
    ),
)

heading("pages.plan.state_of_deals")
columns(partial(deals_by_state, "deal_state_stats"), partial(deals_by_duration, "deal_duration_stats"))
target_line(
    "deal_long_cycle_dynamics",
    value="long_share",
    target="long_cycle_target",
    tooltip=("long_count", "closed_count"),
)
deal_list("deal_list")
deals_by_stage("deal_stage_stats")
