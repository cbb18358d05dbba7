"""Activities, bindings, calls and comments of a nasty portal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.oracle.nasty.chance import Chance
from tests.oracle.nasty.people import worker

Row = dict[str, Any]
PROVIDERS = (
    *("VOXIMPLANT_CALL", "VOXIMPLANT_CALL", "CRM_EMAIL", "CRM_MEETING", "CRM_TODO", "CRM_TASKS_TASK", "TASKS"),
    *("CRM_WEBFORM", "CRM_SMS", "IMOPENLINES_SESSION", "NEVER_SEEN", "", None, None),
)
NEVER = "9999-12-31T00:00:00+03:00"


class Work:
    """Draws activities over the leads and deals given by their ids."""

    def __init__(self, chance: Chance, leads: list[int], deals: list[int]) -> None:
        self.chance = chance
        self._owners = {"1": [*leads, 90001], "2": [*deals, 90002], "3": [1, 2, 3], "4": [1, 2]}

    def _owner(self) -> tuple[str, str]:
        kind = self.chance.pick(["1", "1", "2", "2", "2", "3", "4"])
        return kind, str(self.chance.pick(self._owners[kind]))

    def activity(self, key: int) -> Row:
        chance = self.chance
        created = chance.moment()
        kind, owner = self._owner()
        start = chance.after(created, 5) if chance.happens(0.7) else chance.moment()
        end = start + timedelta(seconds=chance.number(-600, 5000))
        return {
            "ID": str(key),
            "OWNER_ID": owner,
            "OWNER_TYPE_ID": kind,
            "TYPE_ID": chance.pick(["0", "1", "2", "3", "4", "5", "6", None, ""]),
            "PROVIDER_ID": chance.pick(PROVIDERS),
            "DIRECTION": chance.pick(["0", "1", "2", "2", None, ""]),
            "COMPLETED": "Y" if chance.happens(0.65) else "N",
            "RESPONSIBLE_ID": worker(chance),
            "CREATED": chance.written(created),
            "LAST_UPDATED": chance.written(chance.after(created)),
            "START_TIME": chance.maybe(0.85, chance.written(start)),
            "END_TIME": chance.maybe(0.85, chance.written(end)),
            "DEADLINE": self._deadline(),
        }

    def _deadline(self) -> str | None:
        chance = self.chance
        if chance.happens(0.35):
            return chance.pick([NEVER, "9999-12-31T23:59:59+00:00", None, ""])
        at = chance.as_of + timedelta(seconds=chance.number(-30 * 86400, 30 * 86400))
        return chance.written(chance.as_of if chance.happens(0.03) else at)

    def bindings(self, activities: list[Row]) -> list[Row]:
        """Several entities an open activity, the owner again among them, one binding twice."""
        rows = []
        for activity in activities:
            if activity["COMPLETED"] == "Y" and self.chance.happens(0.9):
                continue
            places = [self._owner() for _ in range(self.chance.number(0, 3))]
            if self.chance.happens(0.6):
                places.append((activity["OWNER_TYPE_ID"], activity["OWNER_ID"]))
            rows += [
                {"ACTIVITY_ID": activity["ID"], "ENTITY_TYPE_ID": kind, "ENTITY_ID": entity} for kind, entity in places
            ]
        rows.append({"ACTIVITY_ID": "999999", "ENTITY_TYPE_ID": "2", "ENTITY_ID": "1"})
        return rows

    def calls(self, activities: list[Row]) -> list[Row]:
        """Telephony: several records a call, empty durations, zeros, records of no activity."""
        chance = self.chance
        rows = [
            {
                "CRM_ACTIVITY_ID": chance.maybe(0.95, activity["ID"], (None, "", "0", "888888")),
                "CALL_DURATION": chance.pick(["95", "0", "", None, "3601", "-5", " 7 "]),
                "CALL_START_DATE": chance.written(chance.moment()),
            }
            for activity in activities
            for _ in range(chance.pick([0, 0, 1, 1, 2]))
        ]
        chosen = rows if len(rows) < 700 else chance.random.sample(rows, 700)
        return [{"ID": str(at), **row} for at, row in enumerate(chosen, 1)]

    def comments(self, count: int) -> list[Row]:
        chance = self.chance
        rows = []
        for key in range(1, count + 1):
            kind = chance.pick(["1", "2"])
            rows.append(
                {
                    "ID": str(key),
                    "ENTITY_ID": str(chance.pick(self._owners[kind])),
                    "ENTITY_TYPE": "lead" if kind == "1" else "deal",
                    "CREATED": chance.written(chance.moment()),
                    "AUTHOR_ID": worker(chance),
                }
            )
        return rows
