"""A portal as the reports speak of it: leads, deals, activities, visits — joined, typed, under no filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.oracle.dictionary import Dictionary, Stage
from tests.oracle.people import People
from tests.oracle.periods import add_months
from tests.oracle.planned import Planned, merged
from tests.oracle.staging import Rates, Row, flag, link, moment, newest, text, written_day

FIRST_MEANT = date(1995, 1, 1)
YEARS_AHEAD = 20
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
POINTS = {
    kind: Decimal(points)
    for kind, points in (("meeting", 5), ("call", 3), ("email", 2), ("task", 2), ("comment", 1), ("other", 1))
}


@dataclass(frozen=True)
class Rules:
    """What the settings and the manifest say: the clock, the zone, the purchases, the weights."""

    as_of: datetime
    timezone: str = "Europe/Moscow"
    origin: str = "https://acme.bitrix24.ru"
    sales_funnels: tuple[int, ...] = ()
    holidays: str = "RU"
    weights: Mapping[str, Decimal] = field(default_factory=lambda: dict(POINTS))

    def local(self, at: datetime | None) -> datetime | None:
        """The same moment by the portal's clock, without an offset."""
        return None if at is None else at.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)

    def day(self, at: datetime | None) -> date | None:
        local = self.local(at)
        return None if local is None else local.date()

    @property
    def as_of_day(self) -> date:
        return self.as_of.astimezone(ZoneInfo(self.timezone)).date()

    def _is_meant(self, day: date) -> bool:
        """A date before 1995 or later than as_of + 20 years counts as empty."""
        return FIRST_MEANT <= day <= add_months(self.as_of_day, 12 * YEARS_AHEAD)

    def moment(self, value: str | None) -> datetime | None:
        """A moment as the portal wrote it; None where it wrote nothing, or none that can be meant."""
        at = moment(value)
        if at is None or not FIRST_MEANT.year - 1 <= at.year < 9999:
            return None
        return at if self._is_meant(at.astimezone(ZoneInfo(self.timezone)).date()) else None

    def written_day(self, value: str | None) -> date | None:
        """The calendar date as written; None likewise."""
        day = written_day(value)
        return day if day is not None and self._is_meant(day) else None


@dataclass(frozen=True)
class Step:
    """One entry of a stage history, at a moment that can be read."""

    id: int
    at: datetime
    type_id: int
    stage: Stage


@dataclass
class Entity:
    """What leads and deals have alike. Days are local; moments are aware."""

    kind: str
    id: int
    title: str | None
    stage: Stage
    state: str
    source_id: str
    utm: tuple[str, ...]
    country: str
    city: str
    amount: Decimal
    employee_id: int
    company_id: int
    created_at: datetime | None
    created_on: date | None
    closed_on: date | None
    moved_at: datetime | None
    last_activity_at: datetime | None
    steps: list[Step]
    stood: list[Stage]  # of the whole history, entries without a readable moment included

    @property
    def in_work(self) -> bool:
        return self.state in ("new", "in_work")

    @property
    def cycle_days(self) -> int | None:
        if self.closed_on is None or self.created_on is None:
            return None
        return max(0, (self.closed_on - self.created_on).days)

    @property
    def moves(self) -> list[datetime]:
        """Moves between stages: history entries but the creation's, and MOVED_TIME when later than creation."""
        found = [step.at for step in self.steps if step.type_id != 1]
        if self.moved_at is not None and self.created_at is not None and self.moved_at > self.created_at:
            found.append(self.moved_at)
        return found


@dataclass
class Deal(Entity):
    funnel_id: int = 0
    lead_id: int = 0
    is_purchase: bool = False
    is_repeat: bool = False


class Model:
    """A portal's tables, read once, and a plan. `tables` holds dict rows by entity name; a missing one is empty."""

    def __init__(self, tables: Mapping[str, Iterable[Row]], rules: Rules, plan: Iterable[Planned] = ()) -> None:
        self.tables = {name: list(rows) for name, rows in tables.items()}
        self.rules = rules
        self.dictionary = Dictionary(self.rows("statuses"), self.rows("funnels"))
        self.people = People(self.rows("users"), self.rows("departments"))
        now = {"pull_id": "today", "pulled_at": rules.as_of.isoformat()}
        seen = [*self.rows("seen_rates"), *({**row, **now} for row in newest(self.rows("currencies"), "CURRENCY"))]
        self._rates = Rates(self.rows("currencies"), seen, rules.day)
        self.companies = {link(row.get("ID")): row for row in newest(self.rows("companies"), "ID")}
        self._stood: dict[tuple[str, int], list[Stage]] = defaultdict(list)
        lead_steps = self._steps("lead_stage_history", "STATUS")
        self.leads = {link(row.get("ID")): self._lead(row, lead_steps) for row in newest(self.rows("leads"), "ID")}
        deal_steps = self._steps("deal_stage_history", "STAGE")
        self.deals = {
            link(row.get("ID")): self._deal(row, deal_steps)
            for row in newest(self.rows("deals"), "ID")
            if not flag(row.get("IS_RECURRING"))
        }
        self._mark_repeats()
        self.plan = merged(plan)
        self._by_row: dict[tuple[int, int], list[Deal]] = defaultdict(list)
        for deal in self.deals.values():
            self._by_row[deal.employee_id, deal.funnel_id].append(deal)

    def deals_of(self, employee_id: int, funnel_id: int) -> list[Deal]:
        """Every deal of an employee in a funnel, under no filter."""
        return self._by_row.get((employee_id, funnel_id), [])

    def rows(self, name: str) -> list[Row]:
        return self.tables.get(name, [])

    def _steps(self, table: str, word: str) -> dict[int, list[Step]]:
        """Histories by owner, in order of time, then of id as a number."""
        stages = self.dictionary.lead_stages if word == "STATUS" else self.dictionary.deal_stages
        found: dict[int, list[Step]] = defaultdict(list)
        for row in newest(self.rows(table), "ID"):
            at = self.rules.moment(row.get("CREATED_TIME"))
            funnel = link(row.get("CATEGORY_ID"))
            stage = stages.find(funnel, text(row.get(f"{word}_ID")), row.get(f"{word}_SEMANTIC_ID"))
            owner = link(row.get("OWNER_ID"))
            self._stood[word, owner].append(stage)
            if at is not None:
                found[owner].append(Step(link(row.get("ID")), at, link(row.get("TYPE_ID")), stage))
        for steps in found.values():
            steps.sort(key=lambda step: (step.at, step.id))
        return found

    def _common(self, row: Row, steps: list[Step], closed_on: date | None) -> dict[str, object]:
        created_at = self.rules.moment(row.get("DATE_CREATE"))
        return {
            "id": link(row.get("ID")),
            "title": row.get("TITLE"),
            "source_id": text(row.get("SOURCE_ID")),
            "utm": tuple(text(row.get(mark.upper())) for mark in UTM),
            "amount": self._rates.in_base(row.get("OPPORTUNITY"), row.get("CURRENCY_ID"), closed_on),
            "closed_on": closed_on,
            "employee_id": link(row.get("ASSIGNED_BY_ID")),
            "company_id": link(row.get("COMPANY_ID")),
            "created_at": created_at,
            "created_on": self.rules.day(created_at),
            "moved_at": self.rules.moment(row.get("MOVED_TIME")),
            "last_activity_at": self.rules.moment(row.get("LAST_ACTIVITY_TIME")),
            "steps": steps,
        }

    def _closed_on(self, stage: Stage, told: date | None, steps: list[Step], row: Row) -> date | None:
        if not stage.is_final:
            return None
        if told is not None:
            return told
        entries = [step.at for step in steps if step.stage.is_final]
        return self.rules.day(entries[-1] if entries else self.rules.moment(row.get("MOVED_TIME")))

    def _lead(self, row: Row, histories: dict[int, list[Step]]) -> Entity:
        steps = histories.get(link(row.get("ID")), [])
        stage = self.dictionary.lead_stages.find(0, text(row.get("STATUS_ID")), row.get("STATUS_SEMANTIC_ID"))
        told = self.rules.day(self.rules.moment(row.get("DATE_CLOSED")))
        return Entity(
            kind="lead",
            stage=stage,
            state=self.dictionary.lead_state(stage),
            country=text(row.get("ADDRESS_COUNTRY")),
            city=text(row.get("ADDRESS_CITY")),
            stood=self._stood["STATUS", link(row.get("ID"))],
            **self._common(row, steps, self._closed_on(stage, told, steps, row)),
        )

    def _deal(self, row: Row, histories: dict[int, list[Step]]) -> Deal:
        steps = histories.get(link(row.get("ID")), [])
        funnel = link(row.get("CATEGORY_ID"))
        stages = self.dictionary.deal_stages
        stage = stages.find(funnel, text(row.get("STAGE_ID")), row.get("STAGE_SEMANTIC_ID"))
        state = self.dictionary.deal_state(stage)
        closed_on = self._closed_on(stage, self.rules.written_day(row.get("CLOSEDATE")), steps, row)
        common = self._common(row, steps, closed_on)
        lead = self.leads.get(link(row.get("LEAD_ID")))
        company = self.companies.get(link(row.get("COMPANY_ID")), {})
        if lead is not None:
            common["source_id"] = common["source_id"] or lead.source_id
            common["utm"] = common["utm"] if any(common["utm"]) else lead.utm
        purchases = self.rules.sales_funnels
        return Deal(
            kind="deal",
            stage=stage,
            state=state,
            country=text(company.get("ADDRESS_COUNTRY")) or (lead.country if lead else ""),
            city=text(company.get("ADDRESS_CITY")) or (lead.city if lead else ""),
            stood=self._stood["STAGE", link(row.get("ID"))],
            funnel_id=funnel,
            lead_id=link(row.get("LEAD_ID")),
            is_purchase=state == "won" and (not purchases or funnel in purchases),
            **common,
        )

    def _mark_repeats(self) -> None:
        """A purchase is repeat when its company has an earlier one by (closed_on, id), in all the history."""
        bought: set[int] = set()
        purchases = [deal for deal in self.deals.values() if deal.is_purchase and deal.company_id]
        for deal in sorted(purchases, key=lambda deal: (deal.closed_on or date.max, deal.id)):
            deal.is_repeat = deal.company_id in bought
            bought.add(deal.company_id)
