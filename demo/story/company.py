"""The demo company: a forwarder of freight with a warehouse, two years of its work, and today."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time

from demo.company import MOSCOW, Owner, Row, Span
from demo.story import cases, dictionaries, fields, people
from demo.story.days import live
from demo.story.moments import day_of, moment_of
from demo.story.world import World

EVENING = time(20, tzinfo=MOSCOW)


class StoryCompany:
    """A company whose past is the same whenever it is asked.

    Pinned: ``StoryCompany(date(2026, 11, 23))`` stands still at eight in the evening of that day, or at ``now`` of it.
    Living: ``StoryCompany(clock=…)`` follows a clock of aware datetimes, and what it tells has happened goes on
    happening. The history begins on 1 November 2024; before that day there is nothing.
    """

    def __init__(
        self,
        today: date | None = None,
        *,
        now: datetime | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        if (today is None and now is None) == (clock is None):
            raise ValueError("a company needs a day or a clock")
        pinned = now or datetime.combine(today or date.max, EVENING)
        self._clock = clock or (lambda: pinned)
        self._world = World()
        cases.write(self._world)
        live(self._world)
        self._small = {
            "departments": dictionaries.departments(),
            "funnels": dictionaries.funnels(),
            "currencies": dictionaries.currencies(),
            "user_fields": fields.user_fields(),
            "statuses": dictionaries.statuses(),
        }
        self.now()

    def now(self) -> datetime:
        """The portal's clock; everything up to it has happened when this returns."""
        moment = self._clock().astimezone(MOSCOW)
        self._world.run(max(0, moment_of(moment)))
        return moment

    def rows(self, table: str, span: Span, *, descending: bool = False, offset: int = 0) -> Iterator[Row]:
        found = self._list(table)
        if found is None:
            return self._world.tables[table].rows(span, descending=descending, offset=offset)
        inside = [row for place, row in enumerate(found, 1) if _inside(span, _key(row, place))]
        return iter((inside[::-1] if descending else inside)[offset:])

    def count(self, table: str, span: Span) -> int:
        found = self._list(table)
        return self._world.tables[table].count(span) if found is None else sum(1 for _ in self.rows(table, span))

    def owned(self, table: str, owner: Owner) -> Sequence[Row]:
        if table == "comments":
            return self._world.comments.get(owner, ())
        row = self._world.tables["activities"].get(owner[1])
        if row is None:
            return ()
        pairs = [(int(row["OWNER_TYPE_ID"]), int(row["OWNER_ID"])), *self._world.bindings.get(owner[1], ())]
        return [{"entityTypeId": kind, "entityId": number} for kind, number in pairs]

    def _list(self, table: str) -> list[Row] | None:
        if table == "users":
            today = day_of(self._world.now)
            return [people.user(employee, today) for employee in people.PEOPLE if employee.works_from <= today]
        return self._small.get(table)


def _key(row: Row, place: int) -> int:
    return int(row["ID"] if "ID" in row else row.get("id", place))


def _inside(span: Span, number: int) -> bool:
    return number > span.above and (span.upto is None or number <= span.upto)
