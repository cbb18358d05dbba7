"""What a pull has to look up in the rows it brought: which funnels, activities, leads and deals there are, and which
fields there were."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from crm.by_record import Owner
from crm.snapshots import Snapshots

_FUNNELS = "select distinct try_cast(ID as integer) from read_parquet($files) where ID is not null order by 1"
_FUNNELS_OF_DEALS = """
select distinct try_cast(CATEGORY_ID as integer)
from read_parquet($files, union_by_name = true)
where try_cast(CATEGORY_ID as integer) is not null
order by 1
"""
_OPEN_ACTIVITIES = """
select distinct try_cast(ID as bigint)
from read_parquet($files)
where COMPLETED = 'N' and try_cast(ID as bigint) is not null
order by 1
"""
_TOUCHED = """
select distinct try_cast(ID as bigint)
from read_parquet($files)
where
    try_cast(ID as bigint) is not null
    and greatest(
        try_cast(DATE_CREATE as timestamptz),
        try_cast(DATE_MODIFY as timestamptz),
        try_cast(MOVED_TIME as timestamptz),
        try_cast(LAST_ACTIVITY_TIME as timestamptz)
    ) >= cast($as_of as timestamptz) - interval 12 month
order by 1
"""
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


def funnel_ids(snapshots: Snapshots, files: Sequence[Path], deals: Sequence[Path]) -> list[int]:
    """Ids of the funnels, the default one being 0: those that are listed and those that ``deals``, or their stage
    history, are or were in though they are hidden."""
    return sorted({*snapshots.numbers(_FUNNELS, files), *snapshots.numbers(_FUNNELS_OF_DEALS, deals)})


def open_activities(snapshots: Snapshots, files: Sequence[Path]) -> list[Owner]:
    """Activities that are not completed."""
    return [Owner(number, "activity") for number in snapshots.numbers(_OPEN_ACTIVITIES, files)]


def touched_within_a_year(snapshots: Snapshots, files: Sequence[Path], kind: str, as_of: str) -> list[Owner]:
    """Leads or deals (``kind``) created, changed, moved or worked with in the twelve months before ``as_of`` (ISO)."""
    return [Owner(number, kind) for number in snapshots.numbers(_TOUCHED, files, as_of=as_of)]


def described_fields(snapshots: Snapshots, files: Sequence[Path]) -> set[str]:
    """The names of the fields that ``files`` describe."""
    return {str(field) for (field,) in snapshots.found(_FIELDS, files)}


def field_changes(snapshots: Snapshots, older: Sequence[Path], files: Sequence[Path]) -> list[FieldChange]:
    """What became of the fields that ``older`` files describe, in the order of names; nothing without such files."""
    if not older:
        return []
    told = snapshots.found(_FIELD_CHANGES, files, older=[str(path) for path in older])
    return [FieldChange(*change) for change in told]
