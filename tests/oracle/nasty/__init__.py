"""Nasty portals: small, seeded, full of the edges a real portal has."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.oracle.model import POINTS, Model, Rules
from tests.oracle.nasty import people
from tests.oracle.nasty.chance import Chance
from tests.oracle.nasty.crm import Crm
from tests.oracle.nasty.plans import nasty_plan
from tests.oracle.nasty.spoil import spoil
from tests.oracle.nasty.work import Work
from tests.oracle.planned import Planned

Row = dict[str, Any]
ORIGIN = "https://acme.bitrix24.ru"


@dataclass(frozen=True)
class NastyPortal:
    """The tables of a portal (rows as snapshots hold them), the rules to read them by, and a plan."""

    seed: int
    tables: dict[str, list[Row]]
    rules: Rules
    plan: list[Planned]


def nasty_portal(seed: int) -> NastyPortal:
    """The portal of a seed. One in ten works without leads, one in twenty is nearly empty; every second is spoiled."""
    chance = Chance(seed)
    crm = Crm(chance)
    sparse = chance.happens(0.05)
    leads = [] if chance.happens(0.1) else _ids(chance, chance.number(60, 300), sparse)
    deals = _ids(chance, chance.number(60, 300), sparse)
    tables: dict[str, list[Row]] = {
        "leads": [crm.lead(key) for key in leads],
        "deals": [crm.deal(key, leads) for key in deals],
        "companies": people.companies(chance),
        "users": people.users(chance),
        "departments": people.departments(chance),
        "statuses": people.statuses(chance),
        "funnels": people.funnels(),
        "currencies": people.currencies(),
    }
    tables |= _work(chance, leads, deals, 5 if sparse else chance.number(400, 1500))
    tables["lead_stage_history"] = crm.lead_history
    tables["deal_stage_history"] = crm.deal_history
    if seed % 2:
        spoil(chance, tables)
    for name in ("leads", "deals", "activities", "deal_stage_history", "comments"):
        tables[name] = _repeated(chance, tables[name])
    tables["seen_rates"] = people.seen_rates(Chance(seed * 15_485_867 + 5), chance.as_of, tables["currencies"])
    tables["portal"] = [_portal(chance, bool(leads))]
    rules = Rules(
        as_of=chance.as_of,
        timezone=chance.zone,
        origin=ORIGIN,
        sales_funnels=chance.pick([(), (), (), (0,), (0, 7)]),
        weights=_weights(chance),
        holidays=("RU", "RU", "", "KZ")[seed % 4],
    )
    return NastyPortal(seed, tables, rules, nasty_plan(Model(tables, rules), seed))


def _weights(chance: Chance) -> dict[str, Decimal]:
    """The default weights, or others: fractions, some worth nothing, all worth nothing."""
    others = chance.pick([*[None] * 5, *[("2.5", "0.75", "1", "0", "0", "0")] * 2, ("0",) * 6])
    return dict(POINTS) if others is None else dict(zip(POINTS, map(Decimal, others), strict=True))


def _ids(chance: Chance, count: int, sparse: bool) -> list[int]:
    return sorted(chance.random.sample(range(1, 3000), 3 if sparse else count))


def _work(chance: Chance, leads: list[int], deals: list[int], count: int) -> dict[str, list[Row]]:
    work = Work(chance, leads, deals)
    activities = [work.activity(key) for key in range(1, count + 1)]
    return {
        "activities": activities,
        "activity_bindings": work.bindings(activities),
        "calls": work.calls(activities),
        "comments": work.comments(count // 8),
    }


def _repeated(chance: Chance, rows: list[Row]) -> list[Row]:
    """The same rows, some of them pulled twice: an older state of the row comes first."""
    told: list[Row] = []
    for row in rows:
        if chance.happens(0.02):
            told.append({**chance.pick(rows), "ID": row["ID"]})
        told.append(row)
    return told


def _portal(chance: Chance, has_leads: bool) -> Row:
    return {
        "ORIGIN": ORIGIN,
        "HOST": "acme.bitrix24.ru",
        "USER_ID": "1",
        "IS_ADMIN": "true",
        "SERVER_TIME": chance.written(chance.as_of),
        "LEADS_MODE": "1" if has_leads else "2",
        "SCOPES": '["crm","user"]',
    }
