"""What a pull looks up in the snapshots: which funnels, activities, leads and deals there are."""

from collections.abc import Sequence
from pathlib import Path

from crm.paging.by_record import Owner
from crm.snapshots.manifest import FileRecord
from crm.snapshots.store import Snapshots

_FUNNELS = "select distinct try_cast(ID as integer) from read_parquet($files) where ID is not null order by 1"
_FUNNELS_OF_DEALS = """
select distinct try_cast(CATEGORY_ID as integer)
from read_parquet($files, union_by_name = true)
where try_cast(CATEGORY_ID as integer) is not null
order by 1
"""
_OPEN_ACTIVITIES = """
with newest as (
    select
        ID,
        arg_max(
            {'completed': COMPLETED, 'gone': is_deleted},
            recency(pull_id, is_deleted, file_row_number)
        ) as newest_row
    from read_parquet($files, file_row_number = true, union_by_name = true)
    where pull_id > $since
    group by ID
)

select try_cast(ID as bigint)
from newest
where
    try_cast(ID as bigint) is not null
    and newest_row.completed = 'N'
    and not newest_row.gone
order by 1
"""
_TOUCHED = """
with newest as (
    select
        ID,
        arg_max(
            {
                'moments': [DATE_CREATE, DATE_MODIFY, MOVED_TIME, LAST_ACTIVITY_TIME],
                'gone': is_deleted
            },
            recency(pull_id, is_deleted, file_row_number)
        ) as newest_row
    from read_parquet($files, file_row_number = true, union_by_name = true)
    where pull_id > $since
    group by ID
)

select try_cast(ID as bigint)
from newest
where
    try_cast(ID as bigint) is not null
    and not newest_row.gone
    and greatest(
        try_cast(newest_row.moments[1] as timestamptz),
        try_cast(newest_row.moments[2] as timestamptz),
        try_cast(newest_row.moments[3] as timestamptz),
        try_cast(newest_row.moments[4] as timestamptz)
    ) >= cast($as_of as timestamptz) - interval 12 month
order by 1
"""
_OWNERS_OF_BINDINGS = """
select distinct try_cast(ACTIVITY_ID as bigint)
from read_parquet($files, union_by_name = true)
where try_cast(ACTIVITY_ID as bigint) is not null
"""
_OWNERS_OF_COMMENTS = """
select distinct try_cast(ENTITY_ID as bigint), ENTITY_TYPE
from read_parquet($files, union_by_name = true)
where try_cast(ENTITY_ID as bigint) is not null
"""
_HIGHEST = "select coalesce(max(try_cast(ID as bigint)), 0) from read_parquet($files, union_by_name = true)"
# Rows from the first one with a moment of late on, and some before it: late ones may lie between them, and a list that
# begins with known rows cannot be empty, whichever of them was deleted.
_HEARD_AGAIN = """
with known as materialized (
    select distinct
        try_cast(ID as bigint) as number,
        coalesce("{moment}" >= $since, false) as is_recent
    from read_parquet($files, union_by_name = true)
    where try_cast(ID as bigint) is not null
),

older as (
    select number
    from known
    where number < (select coalesce(min(number) filter (is_recent), max(number) + 1) from known)
    order by number desc
    limit 10
),

border as (select coalesce(min(number) - 1, 0) as low from older)

select
    border.low,
    (select count(*) from known where known.number > border.low)
from border
"""
ANY_PULL = ""  # before every pull


def funnel_ids(snapshots: Snapshots, files: Sequence[Path], deals: Sequence[Path]) -> list[int]:
    """Ids of the funnels, the default one being 0: those that are listed and those that ``deals``, or their stage
    history, are or were in though they are hidden."""
    return sorted({*snapshots.numbers(_FUNNELS, files), *snapshots.numbers(_FUNNELS_OF_DEALS, deals)})


def highest_id(snapshots: Snapshots, files: Sequence[Path]) -> int:
    """The highest id in ``files``, 0 when there is none."""
    return next(iter(snapshots.numbers(_HIGHEST, files)), 0)


def rows_heard_again(snapshots: Snapshots, records: Sequence[FileRecord], moment: str, since: str) -> tuple[int, int]:
    """The id above which rows are to be asked for again, with all newer ones, and about how many of ``records`` lie
    above it: those whose column ``moment`` is not before ``since`` (ISO), all with higher ids, and ten before them."""
    files = [snapshots.directory / record.path for record in records]
    [(low, count)] = snapshots.select(_HEARD_AGAIN.format(moment=moment), files, since=since)
    return int(low), int(count)


def open_activities(snapshots: Snapshots, files: Sequence[Path], since: str = ANY_PULL) -> list[Owner]:
    """Activities that are not completed, of those that a pull after ``since`` (its id) wrote."""
    return [Owner(number, "activity") for number in snapshots.numbers(_OPEN_ACTIVITIES, files, since=since)]


def bound_activities(snapshots: Snapshots, files: Sequence[Path]) -> set[int]:
    """Activities that have bindings in ``files``."""
    return set(snapshots.numbers(_OWNERS_OF_BINDINGS, files))


def commented(snapshots: Snapshots, files: Sequence[Path]) -> set[Owner]:
    """Leads and deals that have comments in ``files``."""
    return {Owner(int(number), str(kind)) for number, kind in snapshots.select(_OWNERS_OF_COMMENTS, files)}


def touched_within_a_year(
    snapshots: Snapshots, files: Sequence[Path], kind: str, as_of: str, since: str = ANY_PULL
) -> list[Owner]:
    """Leads or deals (``kind``) created, changed, moved or worked with in the twelve months before ``as_of`` (ISO), of
    those that a pull after ``since`` (its id) wrote."""
    return [Owner(number, kind) for number in snapshots.numbers(_TOUCHED, files, as_of=as_of, since=since)]
