"""The world the story happens in: one queue of events in the order of time, and the tables they write.

Everything that will happen is a call waiting for its moment. Each record draws its lots from its own seed, and what
happens at a moment depends only on what happened before it: a day later the same company has the same past.
"""

from collections import defaultdict
from collections.abc import Callable
from heapq import heappop, heappush
from random import Random

from demo.company import Row, Table
from demo.story.moments import iso_moment

Event = Callable[[], None]

_START = {"leads": 1000, "deals": 500, "companies": 200, "activities": 10_000, "calls": 3000}


def lots(*key: object) -> Random:
    """A source of chance that belongs to what ``key`` names."""
    return Random("/".join(map(str, key)))


class World:
    """Tables, the queue of events and the clock of the story (seconds since the first day)."""

    def __init__(self) -> None:
        self.now = 0
        self.tables: defaultdict[str, Table] = defaultdict(Table)
        self.bindings: dict[int, list[tuple[int, int]]] = {}
        self.comments: dict[tuple[str, int], list[Row]] = {}
        self._queue: list[tuple[int, int, Event]] = []
        self._pushed = 0
        self._last = dict(_START)

    def at(self, moment: int, event: Event) -> None:
        """Let something happen at a moment, or now if that is past."""
        self._pushed += 1
        heappush(self._queue, (max(moment, self.now), self._pushed, event))

    def run(self, until: int) -> None:
        """Let everything happen up to this moment, inclusive."""
        queue = self._queue
        while queue and queue[0][0] <= until:
            self.now, _, event = heappop(queue)
            event()
        self.now = max(self.now, until)

    def number(self, table: str) -> int:
        """A new id; now and then one is left out, as after a deletion."""
        last = self._last.get(table, 0)
        self._last[table] = last + (2 if last % 17 == 5 else 1)
        return self._last[table]

    def stage_entry(self, entity: str, row: Row, kind: int) -> None:
        """Write the stage a lead or deal has come to into its history; ``kind`` is TYPE_ID."""
        table = f"{entity}_stage_history"
        number, owner, moment = self.number(table), int(row["ID"]), iso_moment(self.now)
        entry: Row = {"ID": number, "TYPE_ID": kind, "OWNER_ID": owner, "CREATED_TIME": moment}
        if entity == "lead":  # leads come with strings, deals with numbers: portals do both
            entry = {name: str(value) for name, value in entry.items()}
            entry |= {"STATUS_ID": row["STATUS_ID"], "STATUS_SEMANTIC_ID": row["STATUS_SEMANTIC_ID"]}
        else:
            entry |= {"CATEGORY_ID": int(row["CATEGORY_ID"]), "STAGE_ID": row["STAGE_ID"]}
            entry["STAGE_SEMANTIC_ID"] = row["STAGE_SEMANTIC_ID"]
        self.tables[table].put(entry)

    def comment(self, owner: tuple[str, int], author: int) -> None:
        """Write a comment into the timeline of a lead or deal."""
        row = {"ID": str(self.number("comments")), "CREATED": iso_moment(self.now), "AUTHOR_ID": str(author)}
        self.comments.setdefault(owner, []).append(row)
