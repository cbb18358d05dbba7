"""Values no form lets in and portals send all the same: one here and there, column by column."""

from __future__ import annotations

from typing import Any

from tests.oracle.nasty.chance import Chance

Row = dict[str, Any]
# The last two moments are none that can be meant: long before any CRM, long after as_of.
NEVER = (
    *("0000-00-00 00:00:00", "0000-00-00", "вчера", "", None),
    *(
        "0001-01-01T00:00:00+03:00",
        "1994-12-31T12:00:00+03:00",
        "2205-05-05T10:00:00+03:00",
        "9999-12-31T00:00:00+03:00",
    ),
)
UGLY: dict[tuple[str, str], tuple[Any, ...]] = {
    ("leads", "DATE_CLOSED"): NEVER,
    ("leads", "DATE_CREATE"): NEVER,
    ("leads", "TITLE"): (None, ""),
    ("leads", "OPPORTUNITY"): ("abc", "NaN", " 100.00 ", "-0.00"),
    ("leads", "MOVED_TIME"): NEVER,
    ("leads", "LAST_ACTIVITY_TIME"): NEVER,
    ("deals", "CLOSEDATE"): (*NEVER, "20.08.2025"),
    ("deals", "DATE_CREATE"): NEVER,
    ("deals", "TITLE"): (None, ""),
    ("deals", "CATEGORY_ID"): (None, ""),
    ("deals", "OPPORTUNITY"): ("abc", "NaN", " 100.00 ", "-0.00"),
    ("deals", "MOVED_TIME"): NEVER,
    ("deals", "LEAD_ID"): ("abc", "-1"),
    ("companies", "TITLE"): (None, ""),
    ("users", "UF_DEPARTMENT"): ('["x"]', "{}", "[null]", "[0]", "[99]"),
    ("users", "ACTIVE"): ("Y", "N"),
    ("users", "NAME"): (" Анна ", None),
    ("departments", "PARENT"): ("abc", "1"),
    ("departments", "NAME"): (None, ""),
    ("funnels", "NAME"): (None, ""),
    ("statuses", "NAME"): (None, ""),
    ("statuses", "SORT"): (None, "", "-10"),
    ("activities", "COMPLETED"): (None, ""),
    ("activities", "START_TIME"): NEVER,
    ("activities", "END_TIME"): NEVER,
    ("activities", "DEADLINE"): (*NEVER, "2999-01-01T00:00:00+03:00"),
    ("activities", "OWNER_TYPE_ID"): (None, "", "31", "177"),
    ("leads", "SOURCE_ID"): (" CALL", "call", "WEB "),
    ("leads", "ASSIGNED_BY_ID"): ("abc", " 7 "),
    ("deals", "COMPANY_ID"): ("abc", " 2"),
    ("activities", "PROVIDER_ID"): ("voximplant_call", " CRM_EMAIL", "0", " "),
    ("activities", "DIRECTION"): ("1 ", "01"),
    ("users", "LAST_NAME"): ("  ", None),
    ("activities", "OWNER_ID"): (None, "", "0"),
    ("activity_bindings", "ENTITY_ID"): ("0", "abc"),
    ("calls", "CALL_DURATION"): ("abc", "86400"),
    ("comments", "CREATED"): NEVER,
    ("deal_stage_history", "CREATED_TIME"): NEVER,
    ("lead_stage_history", "CREATED_TIME"): NEVER,
    ("comments", "ENTITY_TYPE"): ("contact", "company"),
    ("deal_stage_history", "TYPE_ID"): ("4", "5"),
}
CHANCE = 0.02


def spoil(chance: Chance, tables: dict[str, list[Row]]) -> None:
    """Put an ugly value into some rows, in place."""
    for (table, column), values in UGLY.items():
        for row in tables[table]:
            if chance.happens(CHANCE):
                row[column] = chance.pick(values)
