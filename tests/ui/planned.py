"""The small company with a sales plan: employee 30 in both funnels in October and November, employee 29 in one.

Employee 30 has won 9 deals of the first funnel in November and 3 of the second, 30 000 each.
"""

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path

from crm.settings import load_settings
from inputs.plan.rows import NO_STEPS, PlanKey, PlanRow, Step
from inputs.plan.store import PlanStore, plan_path
from metrics.warehouse.publish import publish_plan
from tests.ui.shop import WEBHOOK

SELLER, OTHER = 30, 29
OCTOBER, NOVEMBER, DECEMBER = (dt.date(2026, month, 1) for month in (10, 11, 12))
BONUS = 10_000


def plan() -> list[PlanRow]:
    """Its rows. November: 360 000 sold of 400 000, 90 % in the first funnel, whose step takes 9 deals."""
    step = (Step(9, Decimal(BONUS)), Step(), Step())
    return [
        _row(OCTOBER, SELLER, 0, 500_000),
        _row(OCTOBER, SELLER, 7, 100_000),
        _row(OCTOBER, OTHER, 0, 100_000),
        _row(NOVEMBER, SELLER, 0, 300_000, step),
        _row(NOVEMBER, SELLER, 7, 100_000),
        PlanRow(PlanKey(NOVEMBER, OTHER, 7), None, None, step),
    ]


def store(folder: Path) -> PlanStore:
    """The plan of a data folder."""
    return PlanStore(plan_path(load_settings(data_dir=folder, webhook_url=WEBHOOK)))


def build_planned(folder: Path, shop: Path) -> Path:
    """Give a copy of ``shop``, a data folder with the small company built, its plan; ``folder``, made here."""
    shutil.copytree(shop, folder)
    store(folder).replace(plan())
    publish_plan(load_settings(data_dir=folder, webhook_url=WEBHOOK))
    return folder


def _row(month: dt.date, employee: int, funnel: int, amount: int, steps: tuple[Step, ...] = NO_STEPS) -> PlanRow:
    return PlanRow(PlanKey(month, employee, funnel), Decimal(amount), None, steps)
