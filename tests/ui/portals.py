"""Portals of any size and any names, for pages that must stand whatever a portal holds."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm.settings import load_settings
from metrics.warehouse.publish import build
from tests.snapshot_rows import AS_OF, ORIGIN, write_snapshots
from tests.ui.shop import WEBHOOK

NOW = dt.datetime(2026, 11, 23, 9, 5, tzinfo=dt.UTC)
Name = Callable[[str, int], str]  # what a thing is called: its kind ("deal", "stage" …) and its number
KINDS = ("CRM_MEETING", "VOXIMPLANT_CALL", "CRM_EMAIL", "CRM_TODO")


@dataclass(frozen=True)
class Portal:
    """How many of what a portal has, and how its people call things.

    Everybody has, in November, a won, a lost and a silent deal and as many leads, and work done in between.
    """

    people: int = 3
    stages: int = 4
    has_leads: bool = True
    name: Name = field(default=lambda kind, number: f"{kind} {number}")

    def rows(self) -> dict[str, list[Mapping[str, Any]]]:
        """Its tables, by the names of the snapshots."""
        people = range(1, self.people + 1)
        tables: dict[str, list[Mapping[str, Any]]] = {
            "portal": [_portal(self.has_leads)],
            "users": [self._user(number) for number in people],
            "departments": [self._department(number) for number in (1, 2, 3)],
            "funnels": [{"ID": "0", "NAME": self.name("funnel", 0), "SORT": "10", "IS_DEFAULT": "Y"}],
            "statuses": [*self._statuses("STATUS"), *self._statuses("DEAL_STAGE"), *self._sources()],
            "currencies": [{"CURRENCY": "RUB", "AMOUNT": "1", "AMOUNT_CNT": "1", "BASE": "Y"}],
            "companies": [{"ID": "1", "TITLE": self.name("company", 1), "ADDRESS_CITY": self.name("city", 1)}],
            "deals": [self._case("deal", who, turn) for who in people for turn in range(3)],
            "activities": [_activity(who, turn) for who in people for turn in range(4)],
            "deal_stage_history": [self._entry("deal", who, turn) for who in people for turn in range(3)],
        }
        if self.has_leads:
            tables["leads"] = [self._case("lead", who, turn) for who in people for turn in range(3)]
            tables["lead_stage_history"] = [self._entry("lead", who, turn) for who in people for turn in range(3)]
        return tables

    def _user(self, number: int) -> Mapping[str, Any]:
        department = f"[{number % 3 + 1}]"
        return {"ID": str(number), "NAME": "", "LAST_NAME": self.name("employee", number), "ACTIVE": "Y"} | {
            "UF_DEPARTMENT": department
        }

    def _department(self, number: int) -> Mapping[str, Any]:
        parent = "1" if number > 1 else None
        return {"ID": str(number), "NAME": self.name("department", number), "PARENT": parent, "SORT": str(number)}

    def _statuses(self, entity: str) -> list[Mapping[str, Any]]:
        """As many stages as asked for, the last two of them final."""
        base = 1 if entity == "STATUS" else 1001
        marks = [None] * max(self.stages - 2, 1) + ["S", "F"]
        return [
            {"ID": str(base + place), "ENTITY_ID": entity, "STATUS_ID": f"S{place}", "SORT": str(place * 10)}
            | {"NAME": self.name("stage", place), "SEMANTICS": mark}
            for place, mark in enumerate(marks)
        ]

    def _sources(self) -> list[Mapping[str, Any]]:
        return [
            {"ID": str(5000 + place), "ENTITY_ID": "SOURCE", "STATUS_ID": f"W{place}", "SORT": str(place)}
            | {"NAME": self.name("source", place), "SEMANTICS": None}
            for place in range(3)
        ]

    def _stage(self, who: int, turn: int) -> tuple[str, str]:
        open_stages = max(self.stages - 2, 1)
        place = (who % open_stages, open_stages, open_stages + 1)[turn]
        return f"S{place}", "PSF"[turn]

    def _case(self, kind: str, who: int, turn: int) -> Mapping[str, Any]:
        stage, semantics = self._stage(who, turn)
        day = who % 9 + 1
        row = {
            "ID": str(who * 10 + turn),
            "TITLE": self.name(kind, who * 10 + turn),
            "OPPORTUNITY": str(who * 1000 + turn),
            "CURRENCY_ID": "RUB",
            "ASSIGNED_BY_ID": str(who),
            "DATE_CREATE": f"2026-11-{day:02}T10:00:00+03:00",
            "DATE_MODIFY": f"2026-11-{day + 5:02}T10:00:00+03:00",
            "SOURCE_ID": f"W{turn}",
            "UTM_SOURCE": self.name("mark", turn),
            "COMPANY_ID": "1",
        }
        closed = f"2026-11-{day + 5:02}T03:00:00+03:00" if semantics != "P" else None
        if kind == "lead":
            return row | {"STATUS_ID": stage, "STATUS_SEMANTIC_ID": semantics, "DATE_CLOSED": closed}
        of_deal = {"CATEGORY_ID": "0", "STAGE_ID": stage, "STAGE_SEMANTIC_ID": semantics, "IS_RECURRING": "N"}
        return row | of_deal | {"CLOSEDATE": closed, "LEAD_ID": row["ID"] if self.has_leads else None}

    def _entry(self, kind: str, who: int, turn: int) -> Mapping[str, Any]:
        stage, semantics = self._stage(who, turn)
        row = {"ID": str(who * 10 + turn), "OWNER_ID": str(who * 10 + turn), "TYPE_ID": "1"}
        row |= {"CREATED_TIME": f"2026-11-{who % 9 + 1:02}T10:00:00+03:00"}
        if kind == "lead":
            return row | {"STATUS_ID": stage, "STATUS_SEMANTIC_ID": semantics}
        return row | {"CATEGORY_ID": "0", "STAGE_ID": stage, "STAGE_SEMANTIC_ID": semantics}


def build_portal(folder: Path, portal: Portal | None) -> Path:
    """Build the figures of a portal under a data folder; None is a portal nobody has ever worked in."""
    settings = load_settings(data_dir=folder, webhook_url=WEBHOOK)
    write_snapshots(settings.snapshots_dir, portal.rows() if portal else {})
    build(settings, now=NOW)
    return folder


def _portal(has_leads: bool) -> Mapping[str, Any]:
    row = {"ORIGIN": ORIGIN, "HOST": ORIGIN.partition("://")[2], "USER_ID": "1", "IS_ADMIN": True}
    return row | {"SERVER_TIME": AS_OF, "LEADS_MODE": "1" if has_leads else "2", "SCOPES": ["crm", "user"]}


def _activity(who: int, turn: int) -> Mapping[str, Any]:
    day = f"2026-11-{who % 9 + turn + 1:02}T1"
    return {
        "ID": str(who * 10 + turn),
        "OWNER_ID": str(who * 10 + turn % 3),
        "OWNER_TYPE_ID": "2",
        "PROVIDER_ID": KINDS[turn],
        "DIRECTION": "2",
        "COMPLETED": "N" if turn == 3 else "Y",
        "RESPONSIBLE_ID": str(who),
        "CREATED": f"{day}1:00:00+03:00",
        "START_TIME": f"{day}1:00:00+03:00",
        "END_TIME": f"{day}1:10:00+03:00",
        "DEADLINE": f"{day}2:00:00+03:00",
    }
