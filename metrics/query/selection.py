"""What a page's address holds: ids and relative presets, never labels.

A `Selection` is what somebody chose ("this month", employee 57); `Filters` is what that means on the day the data
speak of. An address is typed by anybody: what cannot be used is dropped and named, never an exception.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from language.clean import clean_text
from metrics.query.filters import (
    FINE_GRAINS,
    GRAINS,
    LIST_FILTERS,
    SWITCH_FILTERS,
    UTM_DIMENSIONS,
    VALUE_FILTERS,
    Filters,
    PickedFilters,
)
from metrics.query.parsing import UnreadableError, parse_calendar_day, parse_choice
from metrics.query.periods import (
    PRESETS,
    Period,
    default_period,
    earliest_day,
    limited,
    opening_grain,
    preset_period,
)
from metrics.query.values import MAX_VALUES, MOST_SHOWN, FilterError

BLOCK_SEPARATOR = ":"

Address = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Defaults:
    """What stands where nothing was chosen: the settings the warehouse was built with."""

    min_completion: Decimal = Decimal(1)
    lead_days: int = 3
    deal_days: int = 14


@dataclass(frozen=True)
class Selection(PickedFilters):
    """The choices of one reader. None means "not chosen": the default of the day or of the settings holds.

    ``preset`` is one of `PRESETS`; ``period_from`` and ``period_to`` are picked days and stand without a preset.
    ``grains`` holds the switch of each block, by the block's name; ``grain`` is that of all the others. The records of
    single values stand in `Filters`.
    """

    preset: str | None = None
    period_from: dt.date | None = None
    period_to: dt.date | None = None
    grain: str | None = None
    grains: tuple[tuple[str, str], ...] = ()
    utm_dimension: str | None = None
    min_completion: Decimal | None = None
    lead_days: int | None = None
    deal_days: int | None = None

    def period(self, as_of_day: dt.date, first_day: dt.date, *, history_months: int | None = None) -> Period:
        """The days chosen, cut to what may be asked for."""
        earliest = earliest_day(as_of_day, history_months)
        if self.preset:
            chosen = preset_period(self.preset, as_of_day, max(first_day, earliest))
        elif self.period_from and self.period_to:
            chosen = self.period_from, self.period_to
        else:
            chosen = default_period(as_of_day)
        return limited(chosen, earliest)

    def resolve(
        self,
        as_of_day: dt.date,
        first_day: dt.date,
        *,
        block: str | None = None,
        history_months: int | None = None,
        defaults: Defaults | None = None,
    ) -> Filters:
        """The filters these choices mean on ``as_of_day``; ``block`` asks for its own grain switch."""
        period = self.period(as_of_day, first_day, history_months=history_months)
        values: dict[str, Any] = {
            "period_from": period[0],
            "period_to": period[1],
            "grain": opening_grain(period),
            "utm_dimension": UTM_DIMENSIONS[0],
            **asdict(defaults or Defaults()),
            **{name: value for name in VALUE_FILTERS if (value := getattr(self, name)) is not None},
            **{name: getattr(self, name) for name in (*LIST_FILTERS, *SWITCH_FILTERS)},
        }
        if block and (grain := dict(self.grains).get(block)):
            values["grain"] = grain
        return Filters(**values)

    def with_grain(self, block: str, grain: str) -> "Selection":
        """The same choices with the grain switch of one block set."""
        return replace(self, grains=tuple(sorted({**dict(self.grains), block: grain}.items())))

    def without_filters(self) -> "Selection":
        """The same choices with every list filter emptied; the period and the switches stay."""
        emptied: dict[str, Any] = dict.fromkeys(LIST_FILTERS, ())
        return replace(self, **emptied)

    def to_address(self) -> dict[str, list[str]]:
        """The query part of an address: only what was chosen, in a fixed order."""
        address: dict[str, list[str]] = {}
        if self.preset:
            address["period"] = [self.preset]
        elif self.period_from and self.period_to:
            address["from"], address["to"] = [self.period_from.isoformat()], [self.period_to.isoformat()]
        for name, record in (LIST_FILTERS | VALUE_FILTERS | SWITCH_FILTERS).items():
            if texts := self._address_texts(name):
                address[record.address] = texts
        return address

    def _address_texts(self, name: str) -> list[str]:
        """One filter as an address spells it; nothing where it was not chosen."""
        value = getattr(self, name)
        if name in LIST_FILTERS:
            return [str(one) for one in value]
        if name in SWITCH_FILTERS:
            return ["1"] if value else []
        blocks = [BLOCK_SEPARATOR.join(pair) for pair in self.grains] if name == "grain" else []
        if value is None:
            return blocks
        return [format(value.normalize(), "f") if isinstance(value, Decimal) else str(value), *blocks]


def from_address(address: Address) -> tuple[Selection, list[str]]:
    """The choices an address holds, and the ``key=value`` parts that were dropped because they mean nothing.

    Keys that are no filter's belong to somebody else and are passed over in silence.
    """
    given = {key: [values] if isinstance(values, str) else list(values) for key, values in address.items()}
    parser = _Parser(given)
    chosen: dict[str, Any] = parser.period()
    for name, record in LIST_FILTERS.items():
        chosen[name] = parser.values(record.address, record.kind.from_address)
    chosen["grain"], chosen["grains"] = parser.grains()
    for name, record in VALUE_FILTERS.items():
        if name != "grain":
            chosen[name] = parser.last(record.address, record.kind.from_address)
    for name, record in SWITCH_FILTERS.items():
        chosen[name] = bool(parser.last(record.address, record.kind.from_address))
    return Selection(**chosen), parser.dropped


class _Parser:
    """Parses one address, remembering what it had to drop."""

    def __init__(self, given: Mapping[str, list[str]]) -> None:
        self.given = given
        self.dropped: list[str] = []

    def values(self, key: str, parse: Callable[[str], Any]) -> tuple[Any, ...]:
        found: dict[Any, None] = {}
        for text in self.given.get(key, ()):
            value = self._parsed(key, text, parse)
            if value is None:
                continue
            if len(found) >= MAX_VALUES and value not in found:
                self._drop(key, text)
                continue
            found[value] = None
        return tuple(sorted(found))

    def last(self, key: str, parse: Callable[[str], Any]) -> Any:
        found = None
        for text in self.given.get(key, ()):
            value = self._parsed(key, text, parse)
            found = found if value is None else value
        return found

    def period(self) -> dict[str, Any]:
        preset = self.last("period", partial(parse_choice, allowed=PRESETS))
        start, end = self.last("from", parse_calendar_day), self.last("to", parse_calendar_day)
        if preset or not (start and end):
            for key, day in (("from", start), ("to", end)):
                if day:  # half a period, or days beside a preset, choose nothing
                    self._drop(key, day.isoformat())
            return {"preset": preset, "period_from": None, "period_to": None}
        if start > end:
            self._drop("from", start.isoformat())
            self._drop("to", end.isoformat())
            start = end = None
        return {"preset": None, "period_from": start, "period_to": end}

    def grains(self) -> tuple[str | None, tuple[tuple[str, str], ...]]:
        everywhere: str | None = None
        blocks: dict[str, str] = {}
        for text in self.given.get("grain", ()):
            block, separator, grain = text.rpartition(BLOCK_SEPARATOR)
            fine = bool(block) and block.isidentifier() and len(block) < 64 and grain in FINE_GRAINS
            if block and (grain in GRAINS or fine) and block.isidentifier() and len(blocks) < MAX_VALUES:
                blocks[block] = grain
            elif not separator and grain in GRAINS:
                everywhere = grain
            else:
                self._drop("grain", text)
        return everywhere, tuple(sorted(blocks.items()))

    def _parsed(self, key: str, text: str, parse: Callable[[str], Any]) -> Any:
        try:
            return parse(text)
        except (FilterError, UnreadableError):
            self._drop(key, text)
            return None

    def _drop(self, key: str, text: str) -> None:
        self.dropped.append(f"{key}={clean_text(text, MOST_SHOWN)}")
