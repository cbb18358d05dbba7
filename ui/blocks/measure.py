"""In money or in deals: the switch of blocks whose view holds both."""

from ui.blocks.switches import switch
from ui.state import url_state
from ui.state.page_context import current

MEASURES = ("sum", "count")


def measure_switch(block: str) -> None:
    """Draw the switch of a block."""
    words = current().words
    switch(f"{block}_measure", MEASURES, lambda measure: words(f"ui.measure.{measure}"))


def measure_of(block: str) -> str:
    """What the block's switch stands on, "sum" or "count"."""
    return url_state.switch(f"{block}_measure", MEASURES)
