"""The rows of a worksheet as XML: the part of a workbook that is long, and slow to write cell by cell.

Only text, numbers, moments and flags are ever written, so that nothing can become a formula.
"""

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter

MOST_TEXT = 32_767  # of a cell
MOST_LINKS = 65_000  # of a sheet; the addresses beyond stay text
EXACT = 10**15  # beyond it a spreadsheet loses digits
FIRST_ROW = 2  # below the header
BEGINNING = dt.datetime(1899, 12, 30)  # day 0 of spreadsheets
FIRST_DAY = dt.date(1900, 3, 1)  # they count a 29 February 1900, so that days before it would shift
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True)
class Styles:
    """Which of a workbook's styles the cells of one column have, by what stands in them."""

    number: int
    day: int
    moment: int
    text: int
    link: int
    is_link: bool = False


class SheetRows:
    """Writes the rows of one sheet and remembers where the links among them lead: to ``origin`` and nowhere else."""

    def __init__(self, columns: Sequence[Styles], origin: str) -> None:
        self._columns = [(get_column_letter(place), styles) for place, styles in enumerate(columns, 1)]
        self._origin = origin
        self._links: list[tuple[str, str]] = []

    def xml(self, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
        """Each row as an element."""
        for number, row in enumerate(rows, FIRST_ROW):
            cells = (
                self._cell(f"{letter}{number}", styles, value)
                for (letter, styles), value in zip(self._columns, row, strict=True)
                if value is not None
            )
            yield f'<row r="{number}">{"".join(cells)}</row>'

    def links_xml(self) -> str:
        """The sheet's list of links; '' when there are none."""
        if not self._links:
            return ""
        links = "".join(f'<hyperlink ref="{ref}" r:id="link{n}"/>' for n, (ref, _) in enumerate(self._links))
        return f'<hyperlinks xmlns:r="{OFFICE}">{links}</hyperlinks>'

    def relations_xml(self) -> str:
        """Where the links lead, as the part of the package that goes with the sheet; '' when there are none."""
        if not self._links:
            return ""
        kind = f'Type="{OFFICE}/hyperlink" TargetMode="External"'
        told = "".join(
            f'<Relationship Id="link{n}" {kind} Target={quoteattr(clean(target))}/>'
            for n, (_, target) in enumerate(self._links)
        )
        return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{PACKAGE}">{told}</Relationships>'

    def _cell(self, ref: str, styles: Styles, value: Any) -> str:
        if isinstance(value, str):
            return self._text_or_link(ref, styles, value)
        if isinstance(value, bool):
            return f'<c r="{ref}" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, dt.date):
            return self._moment(ref, styles, value)
        if isinstance(value, float):
            return f'<c r="{ref}" s="{styles.number}"><v>{value!r}</v></c>' if math.isfinite(value) else ""
        digits = format(value, "f") if isinstance(value, Decimal) else str(value)
        if abs(value) >= EXACT:
            return _text(ref, styles.text, digits)
        return f'<c r="{ref}" s="{styles.number}"><v>{digits}</v></c>'

    def _moment(self, ref: str, styles: Styles, value: dt.date) -> str:
        day = value.date() if isinstance(value, dt.datetime) else value
        if day < FIRST_DAY:
            return _text(ref, styles.text, value.isoformat())
        if isinstance(value, dt.datetime):
            return f'<c r="{ref}" s="{styles.moment}"><v>{(value - BEGINNING) / dt.timedelta(days=1)!r}</v></c>'
        return f'<c r="{ref}" s="{styles.day}"><v>{(day - BEGINNING.date()).days}</v></c>'

    def _text_or_link(self, ref: str, styles: Styles, value: str) -> str:
        if not styles.is_link or len(self._links) >= MOST_LINKS or not leads_to(value, self._origin):
            return _text(ref, styles.text, value)
        self._links.append((ref, value))
        return _text(ref, styles.link, value)


def clean(text: str) -> str:
    """The text without the characters a workbook must not hold, as long as a cell may be."""
    return ILLEGAL.sub("", text)[:MOST_TEXT]


def leads_to(address: str, origin: str) -> bool:
    """Whether an address is one of the origin's own pages."""
    try:
        told, own = urlsplit(address), urlsplit(origin)
    except ValueError:
        return False
    return (told.scheme, told.netloc) == (own.scheme, own.netloc) and told.scheme in ("http", "https")


def _text(ref: str, style: int, text: str) -> str:
    told = escape(clean(text), {"\r": "&#13;"})
    return f'<c r="{ref}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'
