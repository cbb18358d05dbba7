"""A company of any size whose rows are made when they are asked for: for measuring, not for looking at."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from demo.company import MOSCOW, Owner, Row, Span
from demo.story import dictionaries, people
from demo.story.dictionaries import FUNNELS, LEAD_PATH
from demo.story.moments import DAY, FIRST_DAY, iso_day, iso_moment, moment_of, on

_SPREAD = 2_654_435_761  # Knuth's multiplier: neighbouring ids get unlike values
_SOURCES = ("CALL", "WEBFORM", "ADVERTISING", "EMAIL", "RECOMMENDATION", None)
_WORK = (("2", "VOXIMPLANT_CALL"), ("4", "CRM_EMAIL"), ("6", "CRM_TODO"), ("1", "CRM_MEETING"))
_SELLERS = [employee.number for employee in people.SELLERS]
_NO_MARKS: Row = {f"UTM_{mark}": None for mark in ("SOURCE", "MEDIUM", "CAMPAIGN", "CONTENT", "TERM")}


class BulkCompany:
    """``deals`` deals made from as many leads, with companies, ``per_deal`` activities each, stage history and calls.

    Ids run from 1 without gaps; a row depends on its id alone, and holds no memory.
    """

    def __init__(
        self, deals: int, per_deal: int = 3, now: datetime = datetime(2026, 11, 23, 12, tzinfo=MOSCOW)
    ) -> None:
        self._now, self._days = now, moment_of(now) // DAY
        self._sizes = {
            "leads": deals,
            "deals": deals,
            "companies": max(1, deals // 3),
            "activities": deals * per_deal,
            "calls": deals * per_deal // 4,
            "lead_stage_history": deals * 2,
            "deal_stage_history": deals * 2,
        }
        self._per_deal = per_deal
        self._makers: dict[str, Callable[[int], Row]] = {
            "leads": self._lead,
            "deals": self._deal,
            "companies": self._company,
            "activities": self._activity,
            "calls": self._call,
            "lead_stage_history": self._lead_entry,
            "deal_stage_history": self._deal_entry,
        }
        self._small = {
            "departments": dictionaries.departments(),
            "funnels": dictionaries.funnels(),
            "currencies": dictionaries.currencies(),
            "user_fields": [],
            "statuses": dictionaries.statuses(),
            "users": [people.user(employee, FIRST_DAY) for employee in people.PEOPLE],
        }

    def now(self) -> datetime:
        return self._now

    def rows(self, table: str, span: Span, *, descending: bool = False, offset: int = 0) -> Iterator[Row]:
        if table in self._small:
            found = [row for place, row in enumerate(self._small[table], 1) if _inside(span, row, place)]
            return iter((found[::-1] if descending else found)[offset:])
        first, last = self._ends(table, span)
        numbers = range(last - offset, first - 1, -1) if descending else range(first + offset, last + 1)
        return map(self._makers[table], numbers)

    def count(self, table: str, span: Span) -> int:
        if table in self._small:
            return sum(1 for _ in self.rows(table, span))
        first, last = self._ends(table, span)
        return max(0, last - first + 1)

    def owned(self, table: str, owner: Owner) -> Sequence[Row]:
        if table == "activity_bindings":
            row = self._activity(owner[1])
            return [{"entityTypeId": int(row["OWNER_TYPE_ID"]), "entityId": int(row["OWNER_ID"])}]
        return []

    def _ends(self, table: str, span: Span) -> tuple[int, int]:
        size = self._sizes.get(table, 0)
        return max(1, span.above + 1), size if span.upto is None else min(size, span.upto)

    def _created(self, number: int) -> int:
        """Records come in the order of their ids, evenly over the whole history."""
        return number * self._days // (self._sizes["deals"] + 1) * DAY + 9 * 3600 + _lot(number, 8 * 3600)

    def _lead(self, number: int) -> Row:
        created = self._created(number)
        closed = iso_moment(created + _lot(number, 9) * DAY)
        return {
            "ID": str(number),
            "TITLE": f"Заявка {number}",
            "STATUS_ID": "CONVERTED",
            "STATUS_SEMANTIC_ID": "S",
            "SOURCE_ID": _SOURCES[_lot(number, len(_SOURCES))],
            "COMPANY_ID": str(1 + _lot(number, self._sizes["companies"])),
            "ASSIGNED_BY_ID": str(_SELLERS[_lot(number + 1, len(_SELLERS))]),
            "OPPORTUNITY": "0.00",
            "CURRENCY_ID": "RUB",
            "DATE_CREATE": iso_moment(created),
            **dict.fromkeys(("DATE_MODIFY", "DATE_CLOSED", "MOVED_TIME", "LAST_ACTIVITY_TIME"), closed),
            "ADDRESS_CITY": "Самара",
            "ADDRESS_COUNTRY": "Россия",
            **_NO_MARKS,
        }

    def _deal(self, number: int) -> Row:
        lead, funnel, semantics, stage = self._lead(number), *self._fate(number)
        created = self._created(number)
        closed = created + (10 + _lot(number, 40)) * DAY
        return {
            **{
                name: lead[name] for name in ("SOURCE_ID", "COMPANY_ID", "ASSIGNED_BY_ID", "CURRENCY_ID", "DATE_CREATE")
            },
            "ID": str(number),
            "TITLE": f"Сделка {number}",
            "CATEGORY_ID": str(funnel),
            "STAGE_ID": stage,
            "STAGE_SEMANTIC_ID": semantics,
            "IS_RECURRING": "N",
            "OPPORTUNITY": f"{50_000 + 100 * _lot(number, 4000)}.00",
            "LEAD_ID": str(number),
            "CLOSEDATE": iso_day(closed),
            **{name: iso_moment(closed) for name in ("DATE_MODIFY", "MOVED_TIME", "LAST_ACTIVITY_TIME")},
            **_NO_MARKS,
        }

    def _fate(self, number: int) -> tuple[int, str, str]:
        funnel = FUNNELS[(0, 7, 9)[_lot(number, 3)]]
        semantics = "SFFP"[_lot(number + 7, 4)]
        last = {"S": "WON", "F": funnel.lost[0], "P": funnel.path[1]}[semantics]
        return funnel.number, semantics, funnel.stage(last)

    def _company(self, number: int) -> Row:
        changed = iso_moment(on(FIRST_DAY, 10))
        title = f"ООО «Завод {number}»"
        return {
            "ID": str(number),
            "TITLE": title,
            "ADDRESS_CITY": None,
            "ADDRESS_COUNTRY": None,
            "DATE_MODIFY": changed,
        }

    def _activity(self, number: int) -> Row:
        deal = 1 + (number - 1) // self._per_deal
        kind, provider = _WORK[_lot(number, 3) + 1] if number % 4 else _WORK[0]
        begun = self._created(deal) + (number % self._per_deal) * DAY
        moment = iso_moment(begun)
        return {
            "ID": str(number),
            "OWNER_ID": str(deal),
            "OWNER_TYPE_ID": "2",
            "TYPE_ID": kind,
            "PROVIDER_ID": provider,
            "DIRECTION": "2" if kind in "24" else "0",
            "COMPLETED": "N" if number % 40 == 1 else "Y",
            "RESPONSIBLE_ID": str(_SELLERS[_lot(deal + 1, len(_SELLERS))]),
            **dict.fromkeys(("CREATED", "LAST_UPDATED", "START_TIME"), moment),
            "END_TIME": iso_moment(begun + 300),
            "DEADLINE": moment,
        }

    def _call(self, number: int) -> Row:
        activity = self._activity(number * 4)
        return {
            "ID": str(number),
            "CRM_ACTIVITY_ID": activity["ID"],
            "PORTAL_USER_ID": activity["RESPONSIBLE_ID"],
            "CALL_DURATION": str(_lot(number, 600)),
            "CALL_START_DATE": activity["START_TIME"],
            "CALL_TYPE": "1",
            "CALL_FAILED_CODE": "200" if _lot(number, 600) else "304",
        }

    def _lead_entry(self, number: int) -> Row:
        row = self._lead((number + 1) // 2)
        ended = number % 2 == 0
        stage = {"STATUS_ID": "CONVERTED" if ended else LEAD_PATH[0], "STATUS_SEMANTIC_ID": "S" if ended else "P"}
        return {**_entry(number, row, ended), **stage}

    def _deal_entry(self, number: int) -> Row:
        deal = (number + 1) // 2
        row = self._deal(deal)
        ended = number % 2 == 0
        stage = row["STAGE_ID"] if ended else FUNNELS[int(row["CATEGORY_ID"])].stage("NEW")
        semantics = row["STAGE_SEMANTIC_ID"] if ended else "P"
        entry = {"CATEGORY_ID": row["CATEGORY_ID"], "STAGE_ID": stage, "STAGE_SEMANTIC_ID": semantics}
        return {**_entry(number, row, ended), **entry}


def _entry(number: int, row: Row, ended: bool) -> dict[str, Any]:
    moment = row["MOVED_TIME" if ended else "DATE_CREATE"]
    return {"ID": str(number), "TYPE_ID": "3" if ended else "1", "OWNER_ID": row["ID"], "CREATED_TIME": moment}


def _lot(number: int, below: int) -> int:
    return (number * _SPREAD >> 7) % 4_294_967_291 % below


def _inside(span: Span, row: Row, place: int) -> bool:
    number = int(row["ID"] if "ID" in row else row.get("id", place))
    return number > span.above and (span.upto is None or number <= span.upto)
