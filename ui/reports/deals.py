"""Blocks of deals that more than one report has: by state, by how long they took, by stage, and their list."""

from ui.blocks.record_list import record_list
from ui.blocks.switches import chosen_measure, funnel_picker, measure_switch, rows_of_chosen_funnel
from ui.charts.drawing import ClickFilter
from ui.charts.ranked_bars import ranked_bars

DURATION_BANDS = ("0-7", "8-30", "31-90", "91-180", "181+")
STATES = ("won", "in_work", "lost")
OTHER_MEASURE = {"sum": "count", "count": "sum"}


def deals_by_state(view: str) -> None:
    """Draw won, in work and lost deals, in money or in number as the block's switch says."""
    measure = chosen_measure(view)
    ranked_bars(
        view,
        name_column="state",
        id_column="state",
        order=STATES,
        value=f"deal_{measure}",
        share=f"{measure}_share",
        tooltip=[f"deal_{OTHER_MEASURE[measure]}"],
        controls=measure_switch,
    )


def deals_by_duration(view: str) -> None:
    """Draw how long closed deals took, in bands of days."""
    ranked_bars(
        view,
        name_column="duration_band",
        id_column="duration_band",
        order=DURATION_BANDS,
        value="deal_count",
        share="count_share",
        tooltip=["deal_sum"],
    )


def deals_by_stage(view: str) -> None:
    """Draw the deals on the stages of one funnel, in money or in number; a click filters by a stage."""
    measure = chosen_measure(view)

    def controls(block: str) -> None:
        funnel_picker(view, block, without="stages")
        measure_switch(block)

    ranked_bars(
        view,
        name_column="stage",
        id_column="stage_id",
        order="stage_sort",
        value=f"deal_{measure}",
        title="pages.sales.by_stage",
        tooltip=[f"deal_{OTHER_MEASURE[measure]}"],
        row_filter=rows_of_chosen_funnel,
        click=ClickFilter("stages", "deal:"),
        controls=controls,
    )


def deal_list(view: str) -> None:
    """Draw the deals themselves, newest first, with links to their cards."""
    record_list(
        view,
        sort="created_on",
        switches=["without_activities", "all_open"],
        first=["stage", "employee", "amount", "created_on", "closed_on", "duration_days", "last_action_at"],
    )
