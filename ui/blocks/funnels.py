"""One funnel of a view of several: which one is looked at, and the box it is chosen in."""

import pandas as pd

from ui.blocks.block import Block
from ui.blocks.switches import picker
from ui.state import url_state
from ui.state.page_context import current


def funnel_picker(view: str, block: str, *, without: str | None = None) -> None:
    """Draw the box, unless there is nothing to choose from."""
    known = _funnels(view, without)
    if len(known) > 1:
        picker(f"{block}_funnel", {_option(funnel): name for funnel, name in known.items()})


def funnel_of(view: str, block: str, *, without: str | None = None) -> int | None:
    """The funnel that is looked at: the first one until another was chosen; None where the view is empty."""
    known = _funnels(view, without)
    if not known:
        return None
    turned = url_state.switch(f"{block}_funnel", [_option(funnel) for funnel in known])
    return next(funnel for funnel in known if _option(funnel) == turned)


def _funnels(view: str, without: str | None) -> dict[int, str]:
    records = current().table(view, without=without).records()
    return {row["funnel_id"]: row["funnel"] for row in sorted(records, key=lambda row: row["funnel_id"])}


def _option(funnel: int) -> str:
    return f"funnel_{funnel}"


def of_one_funnel(block: Block, data: pd.DataFrame) -> pd.DataFrame:
    """The rows of the funnel that is looked at; all of them where the view knows no funnels."""
    if "funnel_id" not in data:
        return data
    return data[data["funnel_id"] == funnel_of(block.view.name, block.name, without="stages")].copy()
