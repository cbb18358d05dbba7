"""The linked Google Sheet → the plan beside the data: read it, append whom it lacks, keep what could be read."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout
from requests.adapters import BaseAdapter

from crm.plan.account import Account, read_account
from crm.plan.editing import month_keys
from crm.plan.google import FAILURES, SheetsClient, connect, explained
from crm.plan.grid import Grid, Head, Reading, head_of, read
from crm.plan.people import Named, Names
from crm.plan.rows import PlanKey, PlanRow
from crm.plan.sheet import METADATA, Worksheet, adding, making, worksheets
from crm.plan.shown import grid_of
from crm.plan.store import PlanStore, plan_path
from crm.plan.told import PlanError, Told
from crm.settings import Settings

NEXT_YEAR_FROM = 12  # the month in which the next year is laid out
PATIENCE = 120  # seconds for another one who is at it
PLAIN = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER", "majorDimension": "ROWS"}
FORMATTED = {"valueRenderOption": "FORMATTED_VALUE", "majorDimension": "ROWS"}


@dataclass(frozen=True)
class SyncReport:
    """What a reading of the linked sheet gave: rows with a plan, rows appended, and what a person should know."""

    rows: int
    appended: int
    told: tuple[Told, ...]


@dataclass(frozen=True)
class _Read:
    """The sheets of one spreadsheet as they were read; those without a head are told."""

    sheets: Sequence[tuple[Worksheet, Grid, Head]]
    plan: Reading
    told: tuple[Told, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)


def sync(
    settings: Settings,
    people: Sequence[Named],
    funnels: Sequence[Named],
    *,
    transport: BaseAdapter | None = None,
    language: str,
    today: dt.date | None = None,
) -> SyncReport | None:
    """Read the linked sheet into the store and append the months of whom it lacks; None when no sheet is linked.

    Sheets are made in ``language``: of this year (from December of the next one too) and of every year the stored
    plan speaks of, filled with it. ``transport``: see `crm.plan.google.connect`.

    Raises:
        PlanError: it could not be read. That is told in the store as well; the plan that was read last stands.
    """
    if not settings.plan_sheet_url:
        return None
    store = PlanStore(plan_path(settings))
    try:
        with _alone(settings):
            account = read_account(settings)
            sheet = _Linked(
                connect(account, transport),
                account,
                settings.plan_sheet_key,
                Names(tuple(people), tuple(funnels)),
                store,
            )
            return sheet.sync(today or dt.datetime.now(ZoneInfo(settings.timezone)).date(), language)
    except PlanError as error:
        store.tell(Told(error.key, error.values))
        raise


def opened(settings: Settings, transport: BaseAdapter | None = None) -> str:
    """The title of the linked spreadsheet, once it was opened and written to; nothing in it is changed.

    Raises:
        PlanError: it cannot be opened, or not be written to.
    """
    account = read_account(settings)
    client, key = connect(account, transport), settings.plan_sheet_key
    with _explained(account):
        title = client.fetch_sheet_metadata(key, {"fields": METADATA})["properties"]["title"]
    trial = {"metadataKey": "vitrina_check", "metadataValue": "1", "location": {"spreadsheet": True}}
    lookup = {"developerMetadataLookup": {"metadataKey": "vitrina_check"}}
    with _explained(account, writing=True):
        client.batch_update(
            key,
            {
                "requests": [
                    {"createDeveloperMetadata": {"developerMetadata": {**trial, "visibility": "DOCUMENT"}}},
                    {"deleteDeveloperMetadata": {"dataFilter": lookup}},
                ]
            },
        )
    return str(title)


class _Linked:
    def __init__(self, client: SheetsClient, account: Account, key: str, names: Names, store: PlanStore) -> None:
        self._client, self._account, self._key = client, account, key
        self._names, self._store = names, store

    def sync(self, today: dt.date, language: str) -> SyncReport:
        stored = self._store.rows()
        with _explained(self._account):
            found = self._read()
        there = {sheet.year for sheet, _, _ in found.sheets}
        unreadable = {int(told.values["year"]) for told in found.told if "year" in told.values}
        wanted = {today.year, *([today.year + 1] if today.month >= NEXT_YEAR_FROM else [])}
        made = {
            year: self._laid_out(year, stored)
            for year in sorted((wanted | {row.key.month.year for row in stored}) - there - unreadable)
        }
        made = {year: rows for year, rows in made.items() if rows}
        requests, appended = self._requests(found, made, language)
        told = [*found.told, *found.plan.told]
        written = made
        if requests:
            refused = self._write(requests)
            if refused:
                told, written, appended = [refused, *told], {}, 0
        filled = [row for rows in written.values() for row in rows]
        months = _months(there | set(written)) | found.plan.months
        rows = {row.key: row for row in (*filled, *found.plan.rows)}
        self._store.replace_months(months, rows.values(), told=told, names=self._names, source=self._key)
        return SyncReport(len([row for row in rows.values() if not row.is_empty]), appended, tuple(told))

    def _read(self) -> _Read:
        metadata = self._client.fetch_sheet_metadata(self._key, {"fields": METADATA})
        sheets, twins = worksheets(metadata)
        told = [Told("plan.sheet.twin", {"sheet": twin.title, "first": first.title}) for twin, first in twins]
        ranges = [sheet.whole for sheet in sheets]
        readable = []
        if ranges:
            plain = self._client.values_batch_get(self._key, ranges, dict(PLAIN))["valueRanges"]
            shown = self._client.values_batch_get(self._key, ranges, dict(FORMATTED))["valueRanges"]
            for sheet, one, other in zip(sheets, plain, shown, strict=True):
                grid = grid_of(sheet.title, one.get("values", []), other.get("values", []))
                head = head_of(grid)
                if head is None:
                    told.append(Told("plan.sheet.no_head", {"sheet": sheet.title, "year": str(sheet.year)}))
                else:
                    readable.append((sheet, grid, head))
        return _Read(readable, read((grid, head) for _, grid, head in readable), tuple(told), metadata)

    def _requests(
        self, found: _Read, made: Mapping[int, Sequence[PlanRow]], language: str
    ) -> tuple[list[dict[str, Any]], int]:
        """What is to be written, all of it appended, and how many rows that is."""
        requests, count = [], 0
        for year, rows in made.items():
            email = self._account.email
            requests += making(year, rows, self._names, found.metadata, language, email)
            count += len(rows)
        for sheet, _, head in found.sheets:
            lacking = [PlanRow(key) for key in self._keys(sheet.year) if key not in found.plan.keys]
            if lacking:
                requests.append(adding(sheet, head, lacking, self._names))
                count += len(lacking)
        return requests, count

    def _write(self, requests: Sequence[Mapping[str, Any]]) -> Told | None:
        """All at once or nothing; why it was refused, if it was: what was read is worth keeping all the same."""
        try:
            self._client.batch_update(self._key, {"requests": list(requests)})
        except FAILURES as error:
            reason = explained(error, self._account, writing=True)
            return Told(reason.key, reason.values)
        return None

    def _laid_out(self, year: int, stored: Sequence[PlanRow]) -> list[PlanRow]:
        """The rows of a new sheet: everybody in every month, and what the stored plan has for that year."""
        known = {row.key: row for row in stored if row.key.month.year == year}
        keys = dict.fromkeys([*self._keys(year), *known])
        return [known.get(key, PlanRow(key)) for key in sorted(keys, key=lambda key: key.month)]

    def _keys(self, year: int) -> Iterator[PlanKey]:
        for month in sorted(_months({year})):
            yield from month_keys(self._names, month)


def _months(years: set[int]) -> set[dt.date]:
    return {dt.date(year, month, 1) for year in years for month in range(1, 13)}


@contextmanager
def _explained(account: Account, *, writing: bool = False) -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        raise explained(error, account, writing=writing) from None
    except (KeyError, TypeError, ValueError, AttributeError):  # an answer of another shape
        raise PlanError("plan.sheet.server", status="JSON") from None


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One reading at a time: two would append the same rows twice."""
    folder = plan_path(settings).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "sheet.lock", timeout=PATIENCE)
        lock.acquire()
    except (OSError, Timeout) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise PlanError("plan.store.unwritable", path=str(folder), reason=reason) from None
    try:
        yield
    finally:
        lock.release()
