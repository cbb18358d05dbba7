"""Marketing: where leads come from, what became of them, and what they sold for."""

from ui.blocks.cross_table import Key, cross_table
from ui.blocks.kpi import Card, kpi_row
from ui.blocks.layout import columns, heading
from ui.blocks.notes import won_zero_sum
from ui.blocks.record_list import record_list
from ui.blocks.switches import utm_switch
from ui.blocks.table import table
from ui.blocks.tree import tree
from ui.charts.change import bucket_change, period_change
from ui.charts.composition import composition_bars
from ui.charts.daily_bars import daily_bars
from ui.charts.drawing import ClickFilter
from ui.charts.dynamics import dynamics
from ui.charts.ranked_bars import ranked_bars
from ui.charts.stage_funnel import stage_funnel
from ui.charts.step_funnel import step_funnel
from ui.reports.marketing import has_leads, previous_period, sales_reconciliation

SOURCE = ClickFilter("sources")


def deals_by_source() -> None:
    """All deals, with a lead behind them or without."""
    table("deal_source_stats", total="deal_source_total", pick="sources", sort="won_sum", bars=["won_sum"])


def deals_by_mark() -> None:
    """The same by the value of a mark."""
    table(
        "deal_utm_stats",
        total="deal_source_total",
        pick="utm",
        sort="won_sum",
        bars=["won_sum"],
        controls=utm_switch,
        notes=["pages.marketing.click_mark"],
    )


def lead_figures() -> None:
    """The main figures of the period."""
    kpi_row(
        "lead_summary",
        change="lead_summary_change",
        history="lead_total_dynamics",
        cards=[
            Card("received"),
            Card("qualified"),
            Card("junk", growth="less is good"),
            Card("conversion_to_deal"),
            Card("quality"),
            Card("sales_count"),
            Card("sales_sum"),
            Card("revenue_per_lead"),
        ],
        notes=[won_zero_sum],
    )


def lead_sources() -> None:
    """Sources with their months, reconciled with all sales, and over time."""
    tree(
        "lead_source_stats",
        "lead_source_month_stats",
        linked=["source_id"],
        child="bucket",
        total="lead_summary",
        pick="sources",
        sort="received",
        bars=["received", "sales_sum"],
        notes=["pages.marketing.click_source"],
    )
    sales_reconciliation(deals_by_source)
    dynamics(
        "lead_source_dynamics",
        metrics=["received", "qualified", "junk", "quality", "sales_count", "sales_sum", "revenue_per_lead"],
        name_column="source",
        id_column="source_id",
        pick="sources",
        ranked_by="lead_source_stats",
    )


def marks() -> None:
    """Leads and deals by the value of a UTM mark."""
    table(
        "lead_utm_stats",
        total="lead_summary",
        pick="utm",
        sort="received",
        bars=["received", "sales_sum"],
        controls=utm_switch,
        notes=["pages.marketing.click_mark"],
    )
    deals_by_mark()


def main_sources() -> None:
    """The sources that bring most, day by day and against earlier days."""
    daily_bars(
        "lead_top_sources_dynamics",
        name_column="source",
        id_column="source_id",
        value="received",
        ranked_by="lead_source_delta",
        pick="sources",
        notes=["pages.marketing.top_sources_note"],
    )
    columns(
        lambda: period_change(
            "lead_source_delta",
            name_column="source",
            id_column="source_id",
            value="received",
            pick="sources",
            title="pages.marketing.delta_period",
            notes=[previous_period],
        ),
        lambda: bucket_change(
            "lead_source_change",
            name_column="source",
            id_column="source_id",
            value="received",
            pick="sources",
            title="pages.marketing.delta_bucket",
            notes=["pages.marketing.delta_bucket_note"],
        ),
        widths=[2, 3],
    )


def states_and_sources() -> None:
    """How far the leads received came, and from where."""
    columns(
        lambda: step_funnel("marketing_funnel"),
        lambda: ranked_bars(
            "lead_state_stats", name_column="state", id_column="state", value="lead_count", share="share", row_height=52
        ),
    )
    columns(
        lambda: ranked_bars(
            "lead_source_share",
            name_column="source",
            id_column="source_id",
            value="lead_count",
            share="share",
            click=SOURCE,
        ),
        lambda: composition_bars(
            "lead_source_state_stats",
            shares="lead_source_state_share",
            name_column="source",
            id_column="source_id",
            value="lead_count",
            ranked_by=("lead_source_share", "lead_count"),
            click=SOURCE,
        ),
    )


def stages() -> None:
    """On which stages they stand, and through which they went."""
    columns(
        lambda: ranked_bars(
            "lead_stage_stats",
            name_column="stage",
            id_column="stage_id",
            value="lead_count",
            share="share",
            order="stage_sort",
            click=ClickFilter("stages", "lead:"),
        ),
        lambda: stage_funnel(
            "lead_stage_conversion",
            count_column="lead_count",
            prefix="lead:",
            notes=["pages.marketing.stage_path_note"],
        ),
    )


def people_and_list() -> None:
    """With whom they are, and which they are."""
    cross_table(
        "lead_employee_stage_stats",
        down=Key("employee_id", "employee"),
        across=Key("stage_id", "stage", "stage_sort"),
        value="lead_count",
        row_total=("lead_employee_total", "lead_count"),
        column_total=("lead_stage_stats", "lead_count"),
        grand_total=("lead_summary", "received"),
        pick="employees",
    )
    record_list(
        "lead_list",
        sort="created_on",
        switches=["without_activities", "all_open"],
        first=["stage", "employee", "source", "amount", "created_on", "duration_days", "last_action_at"],
    )


if has_leads():
    heading("pages.marketing.events", note="pages.marketing.events_note")
    lead_figures()
    lead_sources()
    marks()
    main_sources()
    heading("pages.marketing.fate", note="pages.marketing.fate_note")
    states_and_sources()
    stages()
    people_and_list()
else:
    heading("pages.marketing.deals", note="pages.marketing.deals_note")
    kpi_row(
        "sales_deal_summary",
        change="sales_deal_summary_change",
        cards=[
            Card("created_count"),
            Card("won_count"),
            Card("won_sum"),
            Card("avg_check"),
            Card("conversion"),
            Card("avg_cycle_days", growth="less is good"),
        ],
        notes=[won_zero_sum],
    )
    deals_by_source()
    deals_by_mark()
    stage_funnel(
        "deal_stage_conversion",
        count_column="deal_count",
        prefix="deal:",
        notes=["pages.marketing.deal_path_note"],
    )
