"""A worksheet of the plan, one a year: how it is found, laid out and added to.

Every request here either makes a worksheet or appends below all that one holds: nothing a person typed can be changed.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from inputs.plan.columns import AMOUNTS, COLUMNS, FIGURES, KEYS, label
from inputs.plan.export import is_exact, row_values
from inputs.plan.grid import Head
from inputs.plan.people import Names
from inputs.plan.rows import PlanRow
from language import LANGUAGES, words

MOST_ROWS = 5_000  # of a sheet in one request; the others follow with the next readings
MARK = "vitrina_plan"  # the developer metadata a worksheet is known by when people rename it; its value is the year
SHEET_FIELDS = "sheetId,title,sheetType"
METADATA = f"properties.title,sheets(properties({SHEET_FIELDS}),developerMetadata(metadataKey,metadataValue))"
SPARE_ROWS = 50
WIDTHS: Mapping[str, int] = {"employee": 220, "funnel": 160}  # pixels
WIDTH = 120
AMOUNT, WHOLE, AS_TYPED = ("NUMBER", "#,##0.00"), ("NUMBER", "#,##0"), ("TEXT", "@")

Request = dict[str, Any]


@dataclass(frozen=True)
class Worksheet:
    """A worksheet that holds the plan of a year."""

    id: int
    title: str
    year: int

    @property
    def whole(self) -> str:
        """All of it, as a range; a quote within the title is doubled."""
        return "'" + self.title.replace("'", "''") + "'"


def worksheets(metadata: Mapping[str, Any]) -> tuple[list[Worksheet], list[tuple[Worksheet, Worksheet]]]:
    """The worksheets of the plan, one a year, and those of a year that has one already, each with that one.

    A worksheet is known by its mark, whatever it is called; without a mark, by its title.
    """
    found = []
    for sheet in metadata.get("sheets", ()):
        properties = sheet["properties"]
        if properties.get("sheetType", "GRID") != "GRID":
            continue
        marks = [mark["metadataValue"] for mark in sheet.get("developerMetadata", ()) if mark["metadataKey"] == MARK]
        by_title = _year_of(properties["title"])
        year = int(marks[0]) if marks and marks[0].isdecimal() else by_title
        if year is not None:
            found.append((not marks, by_title != year, Worksheet(properties["sheetId"], properties["title"], year)))
    chosen: dict[int, Worksheet] = {}
    twins = []
    for _, _, sheet in sorted(found, key=lambda one: one[:2]):
        if sheet.year in chosen:
            twins.append((sheet, chosen[sheet.year]))
        else:
            chosen[sheet.year] = sheet
    return [chosen[year] for year in sorted(chosen)], twins


def sheet_requests(
    year: int, rows: Sequence[PlanRow], names: Names, taken: Mapping[str, Any], language: str, email: str
) -> list[Request]:
    """Requests that make the worksheet of a year with these rows; ``taken`` is the metadata of what is there."""
    say = words(language)
    properties = [sheet["properties"] for sheet in taken.get("sheets", ())]
    number = _free_id(year, {one["sheetId"] for one in properties})
    title = _free_title(say("plan.sheet.title", year=str(year)), {one["title"] for one in properties})
    size = {"rowCount": len(rows) + 1 + SPARE_ROWS, "columnCount": len(COLUMNS), "frozenRowCount": 1}
    place = {"sheetId": number}
    head = [_text(label(column, language), bold=True) for column in COLUMNS]
    head[0]["note"] = say("plan.sheet.note")
    mark = {"metadataKey": MARK, "metadataValue": str(year), "location": place, "visibility": "DOCUMENT"}
    return [
        {"addSheet": {"properties": {**place, "title": title, "gridProperties": size}}},
        {"createDeveloperMetadata": {"developerMetadata": mark}},
        _append_cells(place, [head, *(_cells(row, names, COLUMNS, formatted=False) for row in rows)]),
        *[_format_column(place, column) for column in COLUMNS],
        *[_set_width(place, column) for column in COLUMNS],
        *[_protect_column(place, column, say("plan.sheet.protected"), email) for column in KEYS],
    ]


def append_request(sheet: Worksheet, head: Head, rows: Iterable[PlanRow], names: Names) -> Request:
    """The request that appends rows below all that a worksheet holds, in the order its columns have now."""
    by_place = {place: column for column, place in head.columns.items()}
    columns = [by_place.get(place, "") for place in range(max(by_place) + 1)]
    return _append_cells({"sheetId": sheet.id}, [_cells(row, names, columns, formatted=True) for row in rows])


def _append_cells(place: Request, rows: Sequence[Sequence[Request]]) -> Request:
    """After the last row with anything in it: the one request of the protocol that can overwrite nothing."""
    fields = "userEnteredValue,userEnteredFormat(numberFormat,textFormat),note"
    return {"appendCells": {**place, "rows": [{"values": list(cells)} for cells in rows], "fields": fields}}


def _cells(row: PlanRow, names: Names, columns: Sequence[str], *, formatted: bool) -> list[Request]:
    """The cells of a row under these columns, "" being one of a person's; none behind the last that has anything."""
    by_column = dict(zip(COLUMNS, row_values(row, names), strict=True))
    cells = [_value(by_column.get(column)) for column in columns]
    if formatted:
        shapes = [{"userEnteredFormat": {"numberFormat": _number_format(column)}} for column in columns]
        return [cell | shape if column else {} for cell, shape, column in zip(cells, shapes, columns, strict=True)]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _value(value: Any) -> Request:
    if value is None:
        return {}
    if isinstance(value, dt.date):
        return _text(f"{value:%Y-%m}")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Decimal) and not is_exact(value):
        return _text(format(value, "f"))
    return {"userEnteredValue": {"numberValue": value if isinstance(value, int) else float(value)}}


def _text(text: str, *, bold: bool = False) -> Request:
    """A text whatever it begins with: it is entered as a value, not typed."""
    cell: Request = {"userEnteredValue": {"stringValue": text}}
    return {**cell, "userEnteredFormat": {"textFormat": {"bold": True}}} if bold else cell


def _format_column(place: Request, column: str) -> Request:
    cell = {"userEnteredFormat": {"numberFormat": _number_format(column)}}
    fields = "userEnteredFormat.numberFormat"
    return {"repeatCell": {"range": {**_column(place, column), "startRowIndex": 1}, "cell": cell, "fields": fields}}


def _number_format(column: str) -> Request:
    if column in FIGURES:
        kind, pattern = AMOUNT if column in AMOUNTS else WHOLE
    else:
        kind, pattern = ("NUMBER", "0") if column in KEYS and column != "month" else AS_TYPED
    return {"type": kind, "pattern": pattern}


def _set_width(place: Request, column: str) -> Request:
    number = COLUMNS.index(column)
    across = {**place, "dimension": "COLUMNS", "startIndex": number, "endIndex": number + 1}
    size = {"pixelSize": WIDTHS.get(column, WIDTH)}
    return {"updateDimensionProperties": {"range": across, "properties": size, "fields": "pixelSize"}}


def _protect_column(place: Request, column: str, why: str, email: str) -> Request:
    """Only the account and the owner of the sheet may change the column: rows are known by it."""
    guarded = {"range": _column(place, column), "description": why, "editors": {"users": [email]}}
    return {"addProtectedRange": {"protectedRange": guarded}}


def _column(place: Request, column: str) -> Request:
    number = COLUMNS.index(column)
    return {**place, "startColumnIndex": number, "endColumnIndex": number + 1}


def _free_id(wanted: int, taken: set[int]) -> int:
    while wanted in taken:
        wanted += 10_000
    return wanted


def _free_title(wanted: str, taken: set[str]) -> str:
    title, number = wanted, 1
    while title.casefold() in {one.casefold() for one in taken}:
        number += 1
        title = f"{wanted} ({number})"
    return title


def _year_of(title: str) -> int | None:
    found = _titles().fullmatch(" ".join(title.split()))
    return int(found["year"]) if found else None


@cache
def _titles() -> re.Pattern[str]:
    """ "План 2026" in any language, in any case."""
    names = {words(language)("plan.sheet.title", year="").strip() for language in LANGUAGES}
    return re.compile(rf"(?:{'|'.join(map(re.escape, sorted(names)))})\s*(?P<year>\d{{4}})", re.IGNORECASE)
