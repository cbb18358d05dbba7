"""A small company for the page of sales dynamics: leads and deals that stay on stages, a client who comes again."""

from pathlib import Path
from typing import Any

from crm.settings import load_settings
from metrics.warehouse.publish import build
from tests.snapshot_rows import write_snapshots
from tests.ui.shop import WEBHOOK, shop

LOYAL = 30  # this employee's deals are all of one company: the first one is new, the others repeat
REPEATED = LOYAL - 1
LONG = "Очень подробное название стадии, на которой сделки лежат дольше, чем следовало бы всем"
STANDING = 10  # deals of the first funnel: 4 days on the first stage each, since then on the second
SERVICED = 5  # deals of the second funnel, on its first stage still
DAYS_ON_FIRST = "4,0"


def stage_times() -> dict[str, list[dict[str, Any]]]:
    """Its tables."""
    tables = shop()
    tables["statuses"] += [
        {"ID": "20", "ENTITY_ID": "STATUS", "STATUS_ID": "UC_A", "NAME": "Взят в работу", "SORT": "20"},
        {"ID": "21", "ENTITY_ID": "DEAL_STAGE", "STATUS_ID": "UC_B", "NAME": LONG, "SORT": "20"},
    ]
    for deal in tables["deals"]:
        if deal["ASSIGNED_BY_ID"] == str(LOYAL):
            deal["COMPANY_ID"] = "1"
    standing = [_deal(9000 + n, n, "0", "UC_B") for n in range(1, STANDING + 1)]
    serviced = [_deal(9100 + n, n, "7", "C7:NEW") for n in range(1, SERVICED + 1)]
    tables["deals"] += [*standing, *serviced]
    history = []
    for deal in standing:
        history += [_entry(deal, 1, "NEW", "01"), _entry(deal, 2, "UC_B", "05")]
    history += [_entry(deal, 1, "C7:NEW", "13") for deal in serviced]
    tables["deal_stage_history"] = [{"ID": str(place + 1), **entry} for place, entry in enumerate(history)]
    tables["lead_stage_history"] = [
        {
            "ID": lead["ID"],
            "TYPE_ID": "1",
            "OWNER_ID": lead["ID"],
            "CREATED_TIME": lead["DATE_CREATE"],
            "STATUS_ID": "NEW",
            "STATUS_SEMANTIC_ID": "P",
        }
        for lead in tables["leads"]
    ]
    return tables


def build_stage_times(folder: Path) -> Path:
    """Publish its rows under a data folder and build its figures; the folder."""
    settings = load_settings(data_dir=folder, webhook_url=WEBHOOK)
    write_snapshots(settings.snapshots_dir, stage_times())
    build(settings)
    return folder


def _deal(number: int, owner: int, funnel: str, stage: str) -> dict[str, Any]:
    return {
        "ID": str(number),
        "TITLE": f"Сделка {number}",
        "CATEGORY_ID": funnel,
        "STAGE_ID": stage,
        "STAGE_SEMANTIC_ID": "P",
        "IS_RECURRING": "N",
        "OPPORTUNITY": "500",
        "CURRENCY_ID": "RUB",
        "ASSIGNED_BY_ID": str(owner),
        "DATE_CREATE": "2026-11-01T10:00:00+03:00",
        "DATE_MODIFY": "2026-11-20T10:00:00+03:00",
        "SOURCE_ID": "WEB",
    }


def _entry(deal: dict[str, Any], kind: int, stage: str, day: str) -> dict[str, Any]:
    return {
        "TYPE_ID": str(kind),
        "OWNER_ID": deal["ID"],
        "CREATED_TIME": f"2026-11-{day}T10:00:00+03:00",
        "CATEGORY_ID": deal["CATEGORY_ID"],
        "STAGE_ID": stage,
        "STAGE_SEMANTIC_ID": "P",
    }
