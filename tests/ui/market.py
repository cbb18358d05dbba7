"""A small company for the marketing page: three sources, one of them hostile, sixty stages, marks, sales with a lead
and without."""

from pathlib import Path
from typing import Any

from crm.settings import load_settings
from metrics.warehouse.publish import build
from tests.snapshot_rows import ORIGIN, write_snapshots
from tests.ui.shop import HOSTILE, WEBHOOK, shop

LEADS, STAGES = 60, 60
LONG = "Очень длинное название источника, какое только может придумать усталый маркетолог"
SITE_LEADS = 30
MARKED = 20  # leads of the mark "yandex"


def market(*, leads: bool = True, lead_count: int = LEADS) -> dict[str, list[dict[str, Any]]]:
    """Its tables; without ``leads`` the portal is set up to work with deals alone."""
    tables = shop()
    tables["statuses"] += [
        *(
            _status(f"S{n}", "STATUS", f"UC_{n}", f"Стадия {n} с подробным названием", n)
            for n in range(10, 10 + STAGES)
        ),
        _status("J", "STATUS", "JUNK", "Брак", 900, semantics="F"),
        _status("H", "SOURCE", "EVIL", HOSTILE, 910),
        _status("L", "SOURCE", "LONG", LONG, 920),
    ]
    tables["leads"] = [_lead(number) for number in range(1, lead_count + 1)] if leads else []
    for place, deal in enumerate(tables["deals"][:40]):
        deal["LEAD_ID"] = str(place + 1) if leads and place < 10 else None
    portal = {"ORIGIN": ORIGIN, "HOST": ORIGIN.partition("://")[2], "LEADS_MODE": "1" if leads else "2"}
    return {**tables, "portal": [portal]}


def lead_card(lead: int) -> str:
    """The address of a lead's card."""
    return f"{ORIGIN}/crm/lead/details/{lead}/"


def build_market(folder: Path, *, leads: bool = True, lead_count: int = LEADS) -> Path:
    """Publish its rows under a data folder and build its figures; the folder."""
    settings = load_settings(data_dir=folder, webhook_url=WEBHOOK)
    write_snapshots(settings.snapshots_dir, market(leads=leads, lead_count=lead_count))
    build(settings)
    return folder


def _status(
    number: str, entity: str, status: str, name: str, sort: int, *, semantics: str | None = None
) -> dict[str, Any]:
    row = {"ENTITY_ID": entity, "STATUS_ID": status, "NAME": name, "SORT": str(sort), "SEMANTICS": semantics}
    return {"ID": number, **row}


def _lead(number: int) -> dict[str, Any]:
    closed = number % 3 == 0
    month, day = (10, number % 28 + 1) if number % 2 else (11, number % 20 + 1)
    return {
        "ID": str(number),
        "TITLE": HOSTILE if number == 1 else f"Лид {number}",
        "STATUS_ID": "CONVERTED" if number % 6 == 0 else "JUNK" if closed else f"UC_{number % STAGES + 10}",
        "STATUS_SEMANTIC_ID": "S" if number % 6 == 0 else "F" if closed else "P",
        "SOURCE_ID": "WEB" if number % 2 else ("EVIL" if number % 4 else "LONG"),
        "ASSIGNED_BY_ID": str(number % 5 + 1),
        "DATE_CREATE": f"2026-{month:02}-{day:02}T10:00:00+03:00",
        "DATE_CLOSED": f"2026-{month:02}-{day:02}T15:00:00+03:00" if closed else None,
        "CURRENCY_ID": "RUB",
        "OPPORTUNITY": "10",
        "UTM_SOURCE": "yandex" if number % 3 == 0 else None,
        "UTM_CAMPAIGN": f"camp{number % 2}" if number % 3 == 0 else None,
    }
