"""Vitrina: a first pull as `python -m crm pull` does it, written to parquet and published.

The settings are the product's own, but for the comments, which are another measurement. The other entities of the
portal are empty: what they cost is in the seconds.
"""

from pathlib import Path

import duckdb

from benchmarks.pulling.clients.measured import Job, Tally, drive
from crm.pull import pull as pull_portal
from crm.resources import RESOURCES
from crm.settings import load_settings

_COUNT = """
select count(*), count(distinct ID), coalesce(bool_and(number > before), true)
from (
    select ID, number, lag(number, 1, 0) over (order by filename, file_row_number) as before
    from (
        select *, cast(ID as bigint) as number from read_parquet($files, filename = true, file_row_number = true)
    )
)
"""


def pull(job: Job) -> list[str]:
    """The parquet files that hold the rows."""
    folder = Path(job.folder)
    settings = load_settings(
        webhook_url=job.webhook, data_dir=folder, in_flight=job.in_flight, comments=False, language="en"
    )
    pull_portal(settings, phase=1)
    entity = next(resource.entity for resource in RESOURCES if resource.method == job.method)
    return sorted(str(path) for path in settings.snapshots_dir.glob(f"{entity}/*.parquet"))


def count(files: list[str]) -> Tally:
    """The rows of the files."""
    found = duckdb.execute(_COUNT, {"files": files}).fetchone()
    return Tally(*found) if found else Tally()


if __name__ == "__main__":
    drive("Vitrina", pull, count)
