"""What a pull has to look up in the rows it brought before: which funnels, activities, leads and deals there are."""

from collections.abc import Sequence
from pathlib import Path

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
