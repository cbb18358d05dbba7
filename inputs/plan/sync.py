"""The linked Google Sheet → the plan beside the data: read it, append whom it lacks, keep what could be read."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout
from requests.adapters import BaseAdapter

from crm.settings import Settings
from crm.snapshots.disk_errors import is_disk_full
from crm.snapshots.files import PRIVATE_FILE, private_folder
from inputs.plan.account import Account, read_account
from inputs.plan.editing import month_keys
from inputs.plan.errors import PlanError
from inputs.plan.google import FAILURES, SheetsClient, connect, plan_error
from inputs.plan.grid import Grid, Head, Reading, head_of, read
from inputs.plan.people import Named, Names
from inputs.plan.rows import PlanKey, PlanRow
from inputs.plan.sheet import METADATA, MOST_ROWS, Worksheet, append_request, sheet_requests, worksheets
from inputs.plan.sheet_cells import grid_of
from inputs.plan.store import PlanStore, plan_path
from language import Message
from language.clean import clean_text

NEXT_YEAR_FROM = 12  # the month in which the next year is laid out
PATIENCE = 120  # seconds for another one who is at it
PLAIN = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER", "majorDimension": "ROWS"}
FORMATTED = {"valueRenderOption": "FORMATTED_VALUE", "majorDimension": "ROWS"}


@dataclass(frozen=True)
class SyncReport:
    """What a reading of the linked sheet gave: how many rows are stored, how many were appended to it, its problems;
    among them the `damage` of the workbook here, which was put aside for it."""

    rows: int
    appended: int
    problems: tuple[Message, ...]
    damage: Message | None = None


@dataclass(frozen=True)
class _Read:
    """What a spreadsheet holds: its sheets with a head, the years of those without one, and the plan of all."""

    metadata: Mapping[str, Any]
    sheets: Sequence[tuple[Worksheet, Grid, Head]]
    unreadable: frozenset[int]
    plan: Reading
    problems: tuple[Message, ...]


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
    plan speaks of, filled with it. ``transport``: see `inputs.plan.google.connect`.

    Raises:
        PlanError: it could not be read. The store notes the failure as well; the plan that was read last stands.
    """
    if not settings.plan_sheet_url:
        return None
    store = PlanStore(plan_path(settings))
    try:
        with _locked(settings):
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
        store.note_failure(error.message)
        raise


def check_access(settings: Settings, transport: BaseAdapter | None = None) -> str:
    """The title of the linked spreadsheet, once it was opened and written to; nothing in it is changed.

    Raises:
        PlanError: it cannot be opened, or not be written to.
    """
    account = read_account(settings)
    client, key = connect(account, transport), settings.plan_sheet_key
    with _plan_errors(account):
        title = client.fetch_sheet_metadata(key, {"fields": METADATA})["properties"]["title"]
    trial = {"metadataKey": "vitrina_check", "metadataValue": "1", "location": {"spreadsheet": True}}
    lookup = {"developerMetadataLookup": {"metadataKey": "vitrina_check"}}
    with _plan_errors(account, writing=True):
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
    """One spreadsheet and the store its plan goes to."""

    def __init__(self, client: SheetsClient, account: Account, key: str, names: Names, store: PlanStore) -> None:
        self._client, self._account, self._key = client, account, key
        self._names, self._store = names, store

    def sync(self, today: dt.date, language: str) -> SyncReport:
        found, damage = self._read(), self._store.damage()
        made = self._lacking_years(found, () if damage else self._store.rows(), today)
        problems = [*([damage] if damage else []), *found.problems, *found.plan.problems]
        requests, appended = self._requests(found, made, language)
        if requests and (refused := self._write(requests)):
            problems, appended = [refused, *problems], 0
        # Years whose sheets were just made hold what is stored for them; those that could not be read keep it.
        months = _months({sheet.year for sheet, _, _ in found.sheets}) | found.plan.months
        replace = self._store.replace if damage else partial(self._store.replace_months, months)
        replace(found.plan.rows, problems=problems, names=self._names, source=self._key)
        return SyncReport(len(self._store.rows()), appended, tuple(problems), damage)

    def _read(self) -> _Read:
        with _plan_errors(self._account):
            metadata = self._client.fetch_sheet_metadata(self._key, {"fields": METADATA})
            sheets, twins = worksheets(metadata)
            grids = self._grids(sheets) if sheets else []
        problems = [
            Message("plan.sheet.twin", sheet=clean_text(twin.title), first=clean_text(first.title))
            for twin, first in twins
        ]
        readable, unreadable = [], set()
        for sheet, grid in zip(sheets, grids, strict=True):
            head = head_of(grid)
            if head is None:
                problems.append(Message("plan.sheet.no_head", sheet=clean_text(sheet.title)))
                unreadable.add(sheet.year)
            else:
                readable.append((sheet, grid, head))
        plan = read((grid, head) for _, grid, head in readable)
        return _Read(metadata, readable, frozenset(unreadable), plan, tuple(problems))

    def _grids(self, sheets: Sequence[Worksheet]) -> list[Grid]:
        """All of the sheets by two requests: as their cells are, and as they are shown."""
        ranges = [sheet.whole for sheet in sheets]
        plain = self._client.values_batch_get(self._key, ranges, dict(PLAIN))["valueRanges"]
        shown = self._client.values_batch_get(self._key, ranges, dict(FORMATTED))["valueRanges"]
        return [
            grid_of(sheet.title, one.get("values", []), other.get("values", []))
            for sheet, one, other in zip(sheets, plain, shown, strict=True)
        ]

    def _lacking_years(self, found: _Read, stored: Sequence[PlanRow], today: dt.date) -> dict[int, list[PlanRow]]:
        """The years that should have a sheet and have none, with its rows; nothing while nobody is known."""
        wanted = {today.year, *([today.year + 1] if today.month >= NEXT_YEAR_FROM else [])}
        wanted |= {row.key.month.year for row in stored}
        there = {sheet.year for sheet, _, _ in found.sheets} | found.unreadable
        rows = {year: self._rows_of_year(year, stored) for year in sorted(wanted - there)}
        return {year: laid_out for year, laid_out in rows.items() if laid_out}

    def _requests(
        self, found: _Read, made: Mapping[int, Sequence[PlanRow]], language: str
    ) -> tuple[list[dict[str, Any]], int]:
        """What is to be written, all of it appended, and how many rows that is."""
        requests, count = [], 0
        for year, rows in made.items():
            email = self._account.email
            requests += sheet_requests(year, rows, self._names, found.metadata, language, email)
            count += len(rows)
        for sheet, _, head in found.sheets:
            missing = (PlanRow(key) for key in self._keys(sheet.year) if key not in found.plan.keys)
            if lacking := list(islice(missing, MOST_ROWS)):
                requests.append(append_request(sheet, head, lacking, self._names))
                count += len(lacking)
        return requests, count

    def _write(self, requests: Sequence[Mapping[str, Any]]) -> Message | None:
        """All at once or nothing; why it was refused, if it was: what was read is worth keeping all the same."""
        try:
            self._client.batch_update(self._key, {"requests": list(requests)})
        except FAILURES as error:
            return plan_error(error, self._account, writing=True).message
        return None

    def _rows_of_year(self, year: int, stored: Sequence[PlanRow]) -> list[PlanRow]:
        """The rows of a new sheet: everybody in every month, and what the stored plan has for that year."""
        known = {row.key: row for row in stored if row.key.month.year == year}
        everybody = dict.fromkeys([*self._keys(year), *known])
        others = [key for key in everybody if key not in known][: max(0, MOST_ROWS - len(known))]
        taken = {*known, *others}
        return [known.get(key, PlanRow(key)) for key in sorted(everybody, key=lambda key: key.month) if key in taken]

    def _keys(self, year: int) -> Iterator[PlanKey]:
        for month in sorted(_months({year})):
            yield from month_keys(self._names, month)


def _months(years: set[int]) -> set[dt.date]:
    return {dt.date(year, month, 1) for year in years for month in range(1, 13)}


@contextmanager
def _plan_errors(account: Account, *, writing: bool = False) -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        raise plan_error(error, account, writing=writing) from None
    except (KeyError, TypeError, ValueError, AttributeError):  # an answer of another shape
        raise PlanError("plan.sheet.server", status="JSON") from None


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    """One reading at a time: two would append the same rows twice."""
    folder = plan_path(settings).parent
    try:
        lock = FileLock(private_folder(folder) / "sheet.lock", timeout=PATIENCE, mode=PRIVATE_FILE)
        lock.acquire()
    except (OSError, Timeout) as error:
        if is_disk_full(error):
            raise PlanError("plan.store.no_room", folder=str(folder)) from None
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise PlanError("plan.store.unwritable", path=str(folder), reason=reason) from None
    try:
        yield
    finally:
        lock.release()
