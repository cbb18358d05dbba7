"""What the page of sales dynamics has of its own: labels that name the days, and charts in money or in deals."""

from collections.abc import Callable, Sequence

from ui.blocks.switches import chosen_measure, funnel_picker, measure_switch, rows_of_chosen_funnel
from ui.charts.ranked import Click, ranked
from ui.state.page_context import PageContext

BANDS = ("0-7", "8-30", "31-90", "91-180", "181+")
STATES = ("won", "in_work", "lost")


def forgotten_after(setting: str) -> Callable[[PageContext], str]:
    """The label of the forgotten with the days of silence the filters set: "Забытые, 3 дня и больше"."""

    def label(context: PageContext) -> str:
        return context.words("pages.sales.forgotten", count=getattr(context.filters(), setting))

    return label


def deals_by_state(view: str) -> None:
    """Won, in work and lost, in money or in deals."""
    measured = chosen_measure(view)
    ranked(
        view,
        named="state",
        identified="state",
        order=STATES,
        value=f"deal_{measured}",
        share=f"{measured}_share",
        told=_other(measured, "deal"),
        controls=measure_switch,
    )


def deals_by_length(view: str) -> None:
    """How long closed deals took, in bands."""
    ranked(
        view,
        named="duration_band",
        identified="duration_band",
        order=BANDS,
        value="deal_count",
        share="count_share",
        told=["deal_sum"],
    )


def deals_by_stage(view: str) -> None:
    """The stages of one funnel, in money or in deals; a click leaves one stage."""
    measured = chosen_measure(view)

    def controls(block: str) -> None:
        funnel_picker(view, block, without="stages")
        measure_switch(block)

    ranked(
        view,
        named="stage",
        identified="stage_id",
        order="stage_sort",
        value=f"deal_{measured}",
        title="pages.sales.by_stage",
        told=_other(measured, "deal"),
        narrowed=rows_of_chosen_funnel,
        click=Click("stages", "deal:"),
        controls=controls,
    )


def _other(measured: str, part: str) -> Sequence[str]:
    return [f"{part}_{'count' if measured == 'sum' else 'sum'}"]
