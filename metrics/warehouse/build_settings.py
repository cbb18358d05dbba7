"""The settings a warehouse is built with: as tables the SQL reads, and as a part of its fingerprint."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb
import holidays as public_holidays

from crm.settings import Settings

YEARS = range(1990, 2061)  # what the calendar of a warehouse spans

COLUMNS: Mapping[str, str] = {
    "timezone": "varchar",
    "as_of": "varchar",
    "portal_origin": "varchar",
    "portal_host": "varchar",
    "pull_id": "varchar",
    "is_demo": "boolean",
    "comments": "boolean",
    "history_months": "bigint",
    "sales_funnels": "bigint[]",
    "deal_fields": "varchar[]",
    "lead_fields": "varchar[]",
    "min_completion": "decimal(18, 4)",
    "lead_days": "bigint",
    "deal_days": "bigint",
    "long_cycle_target": "decimal(18, 4)",
    "holidays": "varchar",
    "weight_meeting": "decimal(18, 4)",
    "weight_call": "decimal(18, 4)",
    "weight_email": "decimal(18, 4)",
    "weight_task": "decimal(18, 4)",
    "weight_comment": "decimal(18, 4)",
    "weight_other": "decimal(18, 4)",
}
OF_SETTINGS = tuple(name for name in COLUMNS if name not in ("as_of", "portal_origin", "portal_host", "pull_id"))


def setting_values(settings: Settings) -> dict[str, Any]:
    """The settings a figure depends on, by column of `build_settings`. Empty lists are None: all funnels, no fields."""
    values = {name: getattr(settings, name) for name in OF_SETTINGS}
    return {name: (list(value) or None) if isinstance(value, tuple) else value for name, value in values.items()}


def create_build_settings(con: duckdb.DuckDBPyConnection, settings: Settings, of_pull: Mapping[str, str]) -> None:
    """Create the one-row table `build_settings` from the settings and from what the pull says of itself."""
    values = {**setting_values(settings), **of_pull}
    columns = ", ".join(f"cast(? as {kind}) as {name}" for name, kind in COLUMNS.items())
    con.execute(f"create table build_settings as select {columns}", [_plain(values[name]) for name in COLUMNS])


def create_holidays(con: duckdb.DuckDBPyConnection, country: str) -> None:
    """Create `holidays` (day): the public holidays of a country as its package knows them; none for ''."""
    con.execute("create table holidays (day date not null)")
    con.execute("insert into holidays select unnest(cast(? as date[]))", [public_days(country)])


def public_days(country: str) -> list[dt.date]:
    """The public holidays of a country over the years of the calendar, in order; moved days as the package has them."""
    if not country:
        return []
    return sorted(public_holidays.country_holidays(country, years=YEARS))


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value
