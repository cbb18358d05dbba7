"""What people do to a CRM in ten minutes of their working hours: a step of the two days that benchmarks follow."""

import random
from datetime import datetime

from benchmarks.working_company import WorkingCompany
from demo.company import Row

STEP_MINUTES = 10
WORKING_HOURS = range(9, 19)
# What happens in one step, on average: records touched, made and deleted; half of the new and touched get a comment.
TOUCHED = {"leads": 6.0, "deals": 6.0, "activities": 5.0, "companies": 0.5}
NEW = {"leads": 3.0, "deals": 2.0, "activities": 8.0, "companies": 1.0}
DELETED = {"leads": 0.2, "deals": 0.1, "activities": 0.2}
RELINKED = 0.3  # deals and leads whose company changes without a moment: somebody merges companies
MOVED = "DATE_MODIFY"
HISTORIES = {"leads": "lead_stage_history", "deals": "deal_stage_history"}


class Work:
    """Changes a company by chance, the same for one ``seed``; counts what it does by its kind."""

    def __init__(self, company: WorkingCompany, seed: int) -> None:
        self._company, self._draw = company, random.Random(seed)
        self.done = {"touched": 0, "made": 0, "deleted": 0, "re-linked": 0}
        self._worked_with: dict[str, list[int]] = {table: [] for table in NEW}

    def step(self) -> None:
        """Ten minutes of the portal's clock; nothing happens outside of the working hours."""
        if self._company.now().hour not in WORKING_HOURS:
            return
        for table, mean in NEW.items():
            for _ in range(self._often(mean)):
                self._make(table)
        for table, mean in TOUCHED.items():
            for _ in range(self._often(mean)):
                self._touch(table, self._pick(table))
        for table, mean in DELETED.items():
            for _ in range(self._often(mean)):
                self._delete(table)
        for _ in range(self._often(RELINKED)):
            self._relink(self._draw.choice(("deals", "leads")))

    def _often(self, mean: float) -> int:
        """How often something happens that happens ``mean`` times on average."""
        whole = int(mean)
        return max(0, whole + self._draw.choice((-1, 0, 1)) if whole else 0) + (self._draw.random() < mean - whole)

    def _pick(self, table: str) -> int:
        """An id: mostly of a record that was worked with of late, sometimes any."""
        known = self._worked_with[table]
        if known and self._draw.random() < 0.8:
            return self._draw.choice(known)
        return self._draw.randint(1, self._company.newest_id(table))

    def _make(self, table: str) -> None:
        number = self._company.next_id(table)
        like = self._model(table)
        moment = _written(self._company.now())
        moments = dict.fromkeys((name for name in like if name in _CREATED), moment)
        self._put(table, {**like, **moments, "ID": str(number)}, moment)
        self._worked_with[table].append(number)
        self.done["made"] += 1

    def _model(self, table: str) -> Row:
        """Some early row, which a new one is made after."""
        upto = min(1000, self._company.newest_id(table) - 1)
        while (row := self._company.get(table, self._draw.randint(1, upto))) is None:
            pass
        return row

    def _touch(self, table: str, number: int) -> None:
        row = self._company.get(table, number)
        if row is not None:
            self._put(table, {**row, _TOLD[table]: str(self._draw.randrange(10**6))}, _written(self._company.now()))
            self.done["touched"] += 1

    def _put(self, table: str, row: Row, moment: str) -> None:
        moved = [name for name in (MOVED, "LAST_UPDATED", "LAST_ACTIVITY_TIME") if name in row]
        self._company.put(table, {**row, **dict.fromkeys(moved, moment)})
        if table in HISTORIES:
            self._company.put(HISTORIES[table], self._entry(table, row, moment))
            if self._draw.random() < 0.5:
                comment = {"ID": str(self._company.next_id("comments")), "CREATED": moment, "AUTHOR_ID": "1"}
                self._company.own("comments", (table.removesuffix("s"), int(row["ID"])), comment)

    def _entry(self, table: str, row: Row, moment: str) -> Row:
        names = ("STAGE_ID", "STAGE_SEMANTIC_ID", "CATEGORY_ID", "STATUS_ID", "STATUS_SEMANTIC_ID")
        number = self._company.next_id(HISTORIES[table])
        stage = {name: row[name] for name in names if name in row}
        return {"ID": str(number), "TYPE_ID": "2", "OWNER_ID": row["ID"], "CREATED_TIME": moment, **stage}

    def _delete(self, table: str) -> None:
        number = self._pick(table)
        if self._company.get(table, number) is not None:
            self._company.delete(table, number)
            self.done["deleted"] += 1

    def _relink(self, table: str) -> None:
        row = self._company.get(table, self._draw.randint(1, 10_000))
        if row is not None:
            self._company.put(table, {**row, "COMPANY_ID": str(self._draw.randint(1, 1000))})
            self.done["re-linked"] += 1


_TOLD = {"leads": "TITLE", "deals": "TITLE", "companies": "TITLE", "activities": "RESPONSIBLE_ID"}
_CREATED = ("DATE_CREATE", "CREATED", "START_TIME", "END_TIME", "DEADLINE", "MOVED_TIME", "DATE_CLOSED")


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
