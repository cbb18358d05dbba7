"""What a person should know of a plan that was read: a sentence of the catalogue with the cell it speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from language import ExplainedError, words
from language.clean import clean_text

MOST_SHOWN = 40  # characters of a cell that a sentence repeats


class PlanError(ExplainedError):
    """The plan cannot be read or written; what was stored before stands."""


class PlanChanged(PlanError):
    """Somebody else has saved the same months since they were read; nothing was written."""


@dataclass(frozen=True)
class Told:
    """A key of the catalogue and its values: ``cell`` ("F12", with its sheet where there are several), ``found``…"""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in ``language`` ("ru" or "en"); plain text, what stood in the cell included."""
        return words(language)(self.key, **self.values)


def shortened(value: object) -> str:
    """What stood in a cell, on one line, as far as a sentence repeats it."""
    text = clean_text(value)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
