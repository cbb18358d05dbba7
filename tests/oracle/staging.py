"""Raw portal rows (every value a string or None) → Python values.

Nothing here knows a report: text in, int / Decimal / datetime / date out, None where the portal wrote nothing
or something that cannot be read.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

Row = Mapping[str, str | None]
CENT = Decimal("0.01")
WIDEST = Decimal(10) ** 16
WHOLE = re.compile(r"^\s*[+-]?\d+\s*$")
TRUE = {"true", "y", "1"}


def newest(rows: Iterable[Row], *key: str) -> list[Row]:
    """One row a key: the last one written wins."""
    kept: dict[tuple[str | None, ...], Row] = {}
    for row in rows:
        kept[tuple(row.get(column) for column in key)] = row
    return list(kept.values())


def text(value: str | None) -> str:
    """A code or a mark, without the blanks of any alphabet around it; "" when there is none."""
    return (value or "").strip()


def whole(value: str | None) -> int | None:
    return int(value) if value is not None and WHOLE.match(value) else None


def link(value: str | None) -> int:
    """An id that may be none: null, "" and "0" are all 0."""
    return whole(value) or 0


def decimal(value: str | None) -> Decimal | None:
    try:
        number = Decimal((value or "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def flag(value: str | None) -> bool:
    return text(value).strip().lower() in TRUE


def moment(value: str | None) -> datetime | None:
    """An aware moment; the deadline of year 9999 is none."""
    if not value or value.startswith("9999"):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None


def written_day(value: str | None) -> date | None:
    """The calendar date as written: first ten characters, no zone shift."""
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


def first_id(value: str | None) -> int:
    """The first of a JSON list of ids ("[3,7]", "false", "[]", a lone number)."""
    try:
        parsed = json.loads(value) if value else None
    except ValueError:
        return 0
    if isinstance(parsed, list):
        parsed = parsed[0] if parsed else None
    if parsed is None or isinstance(parsed, bool):
        return 0
    return link(str(parsed))


class Rates:
    """What currencies are worth; an unknown, zero or missing rate is 1:1.

    ``currencies`` are those of today, ``seen`` the rows of all pulls, each with its `pull_id` and `pulled_at`: those
    where a value changed are enough. ``day_of`` makes a local day of a moment.
    """

    def __init__(
        self, currencies: Iterable[Row], seen: Iterable[Row], day_of: Callable[[datetime | None], date | None]
    ) -> None:
        self._today = {text(row.get("CURRENCY")): row for row in newest(currencies, "CURRENCY")}
        bases = [name for name, row in self._today.items() if flag(row.get("BASE"))]
        self._seen = list(self._in_base_of(min(bases, default=None), seen, day_of))

    @staticmethod
    def _in_base_of(
        base: str | None, seen: Iterable[Row], day_of: Callable[[datetime | None], date | None]
    ) -> Iterable[tuple[date, dict[str, Row]]]:
        """All currencies as they stood after each of the last pulls that saw ``base`` as the base, with their days."""
        pulls: dict[str, list[Row]] = defaultdict(list)
        for row in seen:
            pulls[str(row["pull_id"])].append(row)
        known: dict[str, Row] = {}
        stood: list[tuple[date, dict[str, Row]]] = []
        for _, rows in sorted(pulls.items()):
            known = known | {text(row.get("CURRENCY")): row for row in rows}
            if base in known and not flag(known[base].get("BASE")):
                stood.clear()
                continue
            day = day_of(moment(rows[0]["pulled_at"]))
            assert day is not None
            stood.append((day, known))
        return stood

    def _rate(self, currency: str, closed_on: date | None) -> tuple[Decimal, Decimal]:
        """Of an open deal today's; of a closed one the last one seen by its day, else the first one seen."""
        row = self._today.get(currency)
        if closed_on is not None:
            told = [(day, known[currency]) for day, known in self._seen if currency in known]
            before = [known for day, known in told if day <= closed_on]
            row = before[-1] if before else next((known for _, known in told), None)
        amount, count = decimal((row or {}).get("AMOUNT")), decimal((row or {}).get("AMOUNT_CNT"))
        return (amount, count) if amount and count else (Decimal(1), Decimal(1))

    def in_base(self, opportunity: str | None, currency: str | None, closed_on: date | None) -> Decimal:
        """The amount in the base currency, half up to two places; what does not fit decimal(18,2) is 0."""
        own = decimal(opportunity)
        if own is None:
            return Decimal("0.00")
        amount, count = self._rate(text(currency), closed_on)
        with localcontext() as context:
            context.prec = 200
            based = (own * amount / count).quantize(CENT, rounding=ROUND_HALF_UP)
        return based if abs(based) < WIDEST else Decimal("0.00")
