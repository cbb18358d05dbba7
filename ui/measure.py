"""In money or in deals: the switch of blocks whose view holds both."""

from ui import choices
from ui.switch import switch
from ui.visit import current

MEASURES = ("sum", "count")


def measure_switch(block: str) -> None:
    """Draw the switch of a block."""
    words = current().words
    switch(f"{block}_measure", MEASURES, lambda measure: words(f"ui.measure.{measure}"))


def measure_of(block: str) -> str:
    """What the block's switch stands on, "sum" or "count"."""
    return choices.switch(f"{block}_measure", MEASURES)
