"""What can go wrong with a plan as a whole, and how the text of a cell is made fit for a sentence that repeats it."""

from language import ExplainedError
from language.clean import clean_text

MOST_SHOWN = 40  # characters of a cell that a sentence repeats


class PlanError(ExplainedError):
    """The plan cannot be read or written; what was stored before stands."""


class PlanChanged(PlanError):
    """Somebody else has saved the same months since they were read; nothing was written."""


def excerpt(value: object) -> str:
    """The value of a cell as a sentence repeats it: on one line, cut after `MOST_SHOWN` characters with "…"."""
    text = clean_text(value)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
