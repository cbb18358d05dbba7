"""Fields that were asked for and that no row bears: a portal that does not know them leaves them out without a word.

PHP also leaves out what is empty in a row: the root department has no PARENT. So a few rows are no evidence. The rule:
a field is missing when `TELLING_ROWS` rows or more came from the portal in this pull and none bears it. Rows that an
interrupted pull brought count for nothing: nobody looked at their fields.
"""

from collections.abc import Iterable, Sequence

from crm.paging.list_pages import RawRow, sent_fields
from crm.resources import Resource
from language import Message

TELLING_ROWS = 10


class MissingFields:
    """The fields of a resource that no row has borne so far, but for those that the settings name: which of them the
    portal lacks, crm/pull/schema_drift.py finds."""

    def __init__(self, resource: Resource) -> None:
        self._method = resource.method
        self._fields = set(sent_fields(resource)) - set(resource.user_fields)
        self._rows = 0

    def look_at(self, rows: Sequence[RawRow]) -> None:
        """Take rows into account, by the portal's names of fields."""
        self._rows += len(rows)
        for row in rows if self._fields else ():
            self._fields.difference_update(row)

    def notes(self) -> Iterable[Message]:
        """The note on the fields that are missing, if enough rows say so."""
        if not self._fields or self._rows < TELLING_ROWS:
            return ()
        return (Message("pull.fields_missing", method=self._method, fields=", ".join(sorted(self._fields))),)
