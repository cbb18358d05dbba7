"""A list written into a file by a process of its own, at the lowest priority: ``python -m metrics.export.job``.

A reader's export of a million rows must neither hold up the pages of others nor fill the memory they are served from.
The process reads its `Job` from standard input, since arguments may be listed by anybody, opens the warehouse for
reading, and writes rows as it gets them. Exit codes are those of `metrics.__main__`.
"""

import datetime as dt
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from language import ExplainedError, words
from metrics.export.about import about_rows, listing_rows
from metrics.export.csv import write_csv
from metrics.export.xlsx import write_xlsx
from metrics.query.filters import Filters
from metrics.query.listing import Listing, Spoken, list_chunks
from metrics.warehouse.connection import Limits, open_file

FORMS = ("csv", "xlsx")
MEMORY = "1GB"  # of the engine, which sorts; rows in Python are few at a time
LOWEST = 19  # how far a process can stand back behind others


@dataclass(frozen=True)
class Job:
    """A list to be written: all its rows under the filters, in its order, those that its search holds.

    ``warehouse`` is the file of the build a page shows, ``output`` the file to write, of the form "csv" or "xlsx";
    what the engine cannot keep in memory goes into the folder of ``output``. ``language`` is the reader's, ``report``
    what a workbook's second sheet calls the report.
    """

    warehouse: Path
    output: Path
    form: str
    view: str
    filters: Filters
    listing: Listing
    language: str
    report: str

    def to_json(self) -> str:
        """The job as text that `from_json` reads."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> "Job":
        """The job that was written by `to_json`."""
        told: dict[str, Any] = json.loads(text)
        paths = {name: Path(told[name]) for name in ("warehouse", "output")}
        return cls(**{**told, **paths, "filters": _filters(told["filters"]), "listing": _listing(told["listing"])})


def run(job: Job) -> None:
    """Write the file of a job.

    Raises:
        ExplainedError: the warehouse is gone or broken, or the list cannot be asked for so.
        OSError: the file cannot be written.
    """
    warehouse = open_file(job.warehouse, Limits(memory=MEMORY, threads=1, spill=job.output.parent))
    say = words(job.language)
    chunks = list_chunks(warehouse, job.view, job.filters, job.listing)
    with job.output.open("w+b") as stream:
        if job.form == "csv":
            write_csv(stream, chunks, say)
        else:
            about = [
                (say("metrics.about.report"), job.report),
                *about_rows(warehouse, job.view, job.filters, say),
                *listing_rows(warehouse.meaning(job.view), job.listing, say),
            ]
            write_xlsx(stream, chunks, say, about)


def main() -> int:
    """Do the job of standard input; what fails is said on standard error."""
    if sys.platform != "win32":
        os.nice(LOWEST)
    job = Job.from_json(sys.stdin.read())
    tempfile.tempdir = str(job.output.parent)  # a workbook's sheets lie there until it is put together
    try:
        run(job)
    except ExplainedError as error:
        sys.stderr.write(f"{error.text(job.language)}\n")
        return 1
    return 0


def _filters(told: Mapping[str, Any]) -> Filters:
    days = {name: dt.date.fromisoformat(told[name]) for name in ("period_from", "period_to")}
    return Filters(**{**told, **days, "min_completion": Decimal(told["min_completion"])})


def _listing(told: Mapping[str, Any]) -> Listing:
    spoken = [Spoken(each["column"], each["by"], tuple(map(tuple, each["texts"]))) for each in told["spoken"]]
    return Listing(**{**told, "spoken": tuple(spoken)})


if __name__ == "__main__":
    sys.exit(main())
