"""The SQL that makes files of rows out of spools and older files; values come as parameters, never as text."""

# Of the rows with one id the one with the greatest recency counts: the newest pull's, in a pull a tombstone before any
# row, and the later of two rows. Every statement over files may use it.
RECENCY = """
create macro recency(pull_id, is_deleted, file_row_number) as {
    'pull': pull_id, 'gone': coalesce(is_deleted, false), 'row': file_row_number
}
"""
# The same rule as an order of rows, for a window over whole rows, where comparing structs costs a seventh more.
NEWEST_FIRST = "pull_id desc, coalesce(is_deleted, false) desc, file_row_number desc"

TO_PARQUET = """
copy (
    select *, $pull_id as pull_id, $pulled_at as pulled_at, false as is_deleted
    from read_json($spool, columns = $columns, format = 'newline_delimited')
) to $target (format parquet, compression zstd, row_group_size 20480)
"""
TOMBSTONES = """
copy (
    select *, $pull_id as pull_id, $pulled_at as pulled_at, true as is_deleted
    from read_json($spool, columns = $columns, format = 'newline_delimited')
) to $target (format parquet, compression zstd, row_group_size 20480)
"""
CHANGES = """
copy (
    with received as materialized (
        select * from read_json($spool, columns = $columns, format = 'newline_delimited')
    ),

    known as (
        select * from read_parquet($older, file_row_number = true, union_by_name = true)
        where ID in (select received.ID from received)
        qualify row_number() over (partition by ID order by recency(pull_id, is_deleted, file_row_number) desc) = 1
    ),

    changed as (
        select * from received
        except
        select * exclude (pull_id, pulled_at, is_deleted, file_row_number) from known where not is_deleted
    ),

    seen as (select ID from known where not is_deleted)

    select *, $pull_id as pull_id, $pulled_at as pulled_at, false as is_deleted
    from changed
    where not $only_new or ID not in (select seen.ID from seen)
    order by try_cast(ID as bigint)
) to $target (format parquet, compression zstd, row_group_size 20480)
"""
NEW_OF_CHANGES = """
select count(*)
from read_parquet($newer) as newer
anti join (
    select ID from read_parquet($older, file_row_number = true, union_by_name = true)
    where ID in (select ID from read_parquet($newer))
    group by ID
    having not arg_max(is_deleted, recency(pull_id, is_deleted, file_row_number))
) as known on newer.ID = known.ID
"""
KEEP = """
copy (
    select older.* exclude (file_row_number)
    from (
        select * from read_parquet($older, file_row_number = true, union_by_name = true)
        qualify row_number() over (partition by ID order by recency(pull_id, is_deleted, file_row_number) desc) = 1
    ) as older
    anti join read_parquet($newer) as newer on older.ID = newer.ID
    order by pull_id, try_cast(ID as bigint)
) to $target (format parquet, compression zstd, row_group_size 20480)
"""
# The rows with which a currency became another one than it was: each row that differs from the one before it.
KEEP_CHANGES = """
copy (
    with known as (
        select distinct * from read_parquet($files, union_by_name = true)
    ),

    told as (
        select known.*, lag(known) over (partition by CURRENCY order by pull_id) as before
        from known
    )

    select * exclude (before)
    from told
    where
        before is null
        or (AMOUNT, AMOUNT_CNT, BASE) is distinct from (before.AMOUNT, before.AMOUNT_CNT, before.BASE)
    order by pull_id, CURRENCY
) to $target (format parquet, compression zstd)
"""
KEEP_OF_OWNERS = """
copy (
    select * from read_parquet($older, union_by_name = true)
    where list_contains($owners, try_cast(ACTIVITY_ID as bigint))
) to $target (format parquet, compression zstd, row_group_size 20480)
"""
# First the place of each id's newest row, by narrow columns alone; then the rows at those places.
COMPACT = """
copy (
    with places as (
        select
            arg_max(
                {'file': filename, 'row': file_row_number, 'gone': is_deleted},
                recency(pull_id, is_deleted, file_row_number)
            ) as newest
        from read_parquet($older, file_row_number = true, filename = true, union_by_name = true)
        group by ID
    )

    select older.* exclude (filename, file_row_number)
    from read_parquet($older, file_row_number = true, filename = true, union_by_name = true) as older
    semi join places
        on older.filename = places.newest.file
        and older.file_row_number = places.newest.row
        and not places.newest.gone
) to $target (format parquet, compression zstd, row_group_size 20480)
"""
OF_PULL = ("pull_id", "pulled_at", "is_deleted")  # the columns that a pull adds
# A hash of whole rows makes the engine unpack every value.
READ_THROUGH = "select count(*), bit_xor(hash(read)) from read_parquet($files) as read"
COLUMNS = "select column_name from (describe select * from read_parquet($files))"
# The ids of the records that are there now.
CURRENT_IDS = """
select try_cast(ID as bigint) as number
from read_parquet($files, file_row_number = true, union_by_name = true)
where try_cast(ID as bigint) is not null
group by ID
having not arg_max(is_deleted, recency(pull_id, is_deleted, file_row_number))
order by number
"""
