"""The fields people made themselves (UF_*): which of them the settings name, and what is kept of their values."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from crm.paging.list_pages import RawRow
from crm.resources import Resource
from crm.settings import PREFIX, Settings

# An entity → the entity that describes its fields. The setting that names some of them is called the same.
DESCRIBED_BY: Mapping[str, str] = MappingProxyType({"deals": "deal_fields", "leads": "lead_fields"})


def named_fields(settings: Settings, entity: str) -> tuple[str, ...]:
    """The fields of an entity that the settings name; none for an entity that has no such setting."""
    fields: tuple[str, ...] = getattr(settings, DESCRIBED_BY[entity]) if entity in DESCRIBED_BY else ()
    return fields


def further_columns(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The columns that snapshots have beyond those of the resources, by entity."""
    return {entity: named_fields(settings, entity) for entity in DESCRIBED_BY}


def setting_name(entity: str) -> str:
    """The name of the setting that names fields of an entity, as a person writes it: "VITRINA_DEAL_FIELDS"."""
    return PREFIX + DESCRIBED_BY[entity].upper()


def with_named_fields(resource: Resource, settings: Settings) -> Resource:
    """The resource with the fields that the settings name behind its own: with another fingerprint too."""
    fields = named_fields(settings, resource.entity)
    return replace(resource, columns=(*resource.columns, *fields), user_fields=fields) if fields else resource


def with_plain_values(row: RawRow, fields: Sequence[str]) -> RawRow:
    """The row with plain values in ``fields``: of a file no more than its id, for its address holds a key to it."""
    return {**row, **{field: _plain_value(row.get(field)) for field in fields}}


def _plain_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain_value(part) for part in value]
    if isinstance(value, Mapping):
        if all(str(key).isdigit() for key in value):  # PHP's way to write a list with holes
            return [_plain_value(part) for part in value.values()]
        return value.get("id", value.get("ID"))
    return value
