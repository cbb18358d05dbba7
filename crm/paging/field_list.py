"""The description of an entity's fields: label, type, the items of a list. One command an entity.

``crm.*.fields`` is open to every user and describes all fields, the portal's own and those its people made (UF_*);
``crm.*.userfield.list`` needs an administrator and leaves the labels out unless a language is given.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from crm.paging.list_pages import RawRow
from crm.paging.prefetch import Lists
from crm.portal.client import Answer, MethodMissing
from crm.resources import Resource
from language.clean import clean_text

TRIES = 5
LABELS = ("listLabel", "formLabel", "filterLabel", "title")
MOST_LABEL = 200  # characters; nobody reads more of a label


class NoDescription(MethodMissing):
    """The portal answers the question for its fields with something else. Figures do without them."""


def field_list(portal: Lists, resource: Resource) -> Iterator[list[RawRow]]:
    """A row a field, all in one page.

    Raises:
        NoDescription: the portal answers something else again and again.
        PortalError: it is not given.
    """
    for _ in range(TRIES):
        rows = field_rows(portal.call(resource.method))
        if rows is not None:
            yield rows
            return
    raise NoDescription("pull.no_fields", method=resource.method)


def field_rows(answer: Answer) -> list[RawRow] | None:
    """The fields of an answer, a row each, by the columns of the snapshot; None where it describes none.

    Every entity has an ID: without it, it is something else that was answered.
    """
    fields = answer.result
    if not isinstance(fields, Mapping) or not isinstance(fields.get("ID"), Mapping):
        return None
    return [_row(str(name), field) for name, field in fields.items() if isinstance(field, Mapping)]


def _row(name: str, field: Mapping[str, Any]) -> RawRow:
    labels = (_label(field.get(label)) for label in LABELS)
    return {
        "FIELD": name,
        "TYPE": str(field.get("type") or ""),
        "IS_MULTIPLE": field.get("isMultiple") in (True, "Y", "1", 1),
        "LABEL": next((label for label in labels if label), name),
        "ITEMS": _items(field.get("items")),
        "TARGET": _target(field),
    }


def _items(items: Any) -> str | None:
    """The items of a list by their ids, as JSON; PHP writes a list with holes as a map."""
    entries = list(items.values()) if isinstance(items, Mapping) else items
    if not isinstance(entries, list):
        return None
    values = {
        str(entry["ID"]): _label(entry.get("VALUE"))
        for entry in entries
        if isinstance(entry, Mapping) and entry.get("ID") not in (None, "")
    }
    return json.dumps([{"ID": number, "VALUE": value} for number, value in values.items()], ensure_ascii=False)


def _target(field: Mapping[str, Any]) -> str | None:
    """Which dictionary the values stand in, or the one kind of record they link to."""
    given = field.get("settings")
    settings: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    dictionary = field.get("statusType") or settings.get("ENTITY_TYPE")
    if isinstance(dictionary, str) and dictionary:
        return dictionary
    kinds = [str(kind) for kind, allowed in settings.items() if allowed == "Y"]
    return kinds[0] if field.get("type") == "crm" and len(kinds) == 1 else None


def _label(name: Any) -> str:
    """A name somebody typed, "" where it is no text: PHP sends false for one that is not there."""
    return clean_text(name, MOST_LABEL) if isinstance(name, str) else ""
