"""What the snapshots know of an entity's fields: which the portal has described, and how two descriptions differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from crm.snapshots.store import Snapshots

_FIELDS = "select distinct FIELD from read_parquet($files) where FIELD is not null order by 1"
_FIELD_CHANGES = """
with older as (
    select FIELD, LABEL, TYPE || case when IS_MULTIPLE = 'true' then '[]' else '' end as kind
    from read_parquet($older)
),

newer as (
    select FIELD, LABEL, TYPE || case when IS_MULTIPLE = 'true' then '[]' else '' end as kind
    from read_parquet($files)
)

select
    coalesce(newer.FIELD, older.FIELD),
    coalesce(newer.LABEL, older.LABEL, newer.FIELD, older.FIELD),
    coalesce(older.kind, ''),
    coalesce(newer.kind, ''),
    case when older.FIELD is null then 'appeared' when newer.FIELD is null then 'vanished' else 'retyped' end
from older
full outer join newer on newer.FIELD = older.FIELD
where older.kind is distinct from newer.kind
order by 1
"""


@dataclass(frozen=True)
class FieldChange:
    """A field of an entity that is another one now; `was` and `now` are its types, "" where it is not there."""

    field: str
    label: str
    was: str
    now: str
    kind: Literal["appeared", "vanished", "retyped"]


def described_fields(snapshots: Snapshots, files: Sequence[Path]) -> set[str]:
    """The names of the fields that ``files`` describe."""
    return {str(field) for (field,) in snapshots.found(_FIELDS, files)}


def field_changes(snapshots: Snapshots, older: Sequence[Path], files: Sequence[Path]) -> list[FieldChange]:
    """What became of the fields that ``older`` files describe, in the order of names; nothing without such files."""
    if not older:
        return []
    told = snapshots.found(_FIELD_CHANGES, files, older=[str(path) for path in older])
    return [FieldChange(*change) for change in told]
