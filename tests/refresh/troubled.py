"""A portal in which everything asks for a look, for the overview: its rows are those of portal_rows.

Employee 7 got twelve leads and twelve deals on 2 November, and has done nothing since; their plan is 20 000 and
nothing of it is sold. Thirty leads of the site came in October and none in November. Employee 8 works and sells.
"""

import datetime as dt
from decimal import Decimal
from pathlib import Path

from inputs.plan.rows import PlanKey, PlanRow
from inputs.plan.store import PlanStore, plan_path
from metrics.warehouse.connection import Warehouse
from tests.metrics.conftest import settings_of
from tests.metrics.portal_rows import Row, activity, deal, deal_entry, lead, moment, portal

IDLE = range(1, 13)
KINDS = (  # by weight, of two alike by name: seven of the nine that stand
    "plan_behind",
    "forgotten_deal",
    "source_fall",
    "forgetful",
    "forgotten_lead",
    "idle",
    "unplanned_lead",
)


def troubled(folder: Path, **told: str) -> Warehouse:
    """Build the portal's warehouse under a data folder; ``told`` is the snapshots' own."""
    PlanStore(plan_path(settings_of(folder))).replace(
        [
            PlanRow(PlanKey(dt.date(2026, 11, 1), 7, 0), Decimal(20000)),
            PlanRow(PlanKey(dt.date(2026, 11, 1), 8, 0), Decimal(1000)),
        ]
    )
    rows = {"leads": _leads(), "deals": _deals(), "activities": [_work()], "deal_stage_history": _history()}
    return portal(folder, told, **rows)


def _leads() -> list[Row]:
    closed = {"DATE_CLOSED": moment("2026-10-20 10:00")}
    october = [lead(100 + n, "JUNK", "2026-10-10 10:00", SOURCE_ID="WEB", **closed) for n in range(30)]
    return [*october, *(lead(number) for number in IDLE)]


def _deals() -> list[Row]:
    silent = [deal(number, "TALK") for number in IDLE]
    sold = deal(50, "WON", "2026-11-02 10:00", "2026-11-12", ASSIGNED_BY_ID="8", OPPORTUNITY="5000")
    a_year_ago = deal(51, "WON", "2025-11-02 10:00", "2025-11-12", ASSIGNED_BY_ID="8", OPPORTUNITY="4000")
    return [*silent, sold, a_year_ago]


def _work() -> Row:
    return activity(1, "VOXIMPLANT_CALL", "2026-11-12 10:00", RESPONSIBLE_ID="8", OWNER_ID="50")


def _history() -> list[Row]:
    return [deal_entry(number, number, "TALK", "2026-11-02 10:00", kind=1) for number in IDLE]
