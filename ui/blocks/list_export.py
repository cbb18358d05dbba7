"""The export menu of a list: all rows that match, in the order and under the search of the screen.

The file is made by a process of its own (`metrics.export.job`), which takes neither memory nor much of a processor from
the pages; it ends with the application, and what it leaves on the disk goes with its folder.
"""

import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from crm.settings import PREFIX
from metrics.export.job import Job
from metrics.query.filters import Filters
from metrics.query.listing import Listing
from ui.blocks.export_menu import XLSX, download_button, file_name_of
from ui.state.page_context import PageContext

LOG = logging.getLogger("vitrina.export")
ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "ui.shell.child", "metrics.export.job")
PATIENCE = 1800.0  # seconds one file may take
MIMES = {"xlsx": XLSX, "csv": "text/csv"}

_places = threading.BoundedSemaphore(2)  # files that are made at once; others wait for their turn


class ExportError(Exception):
    """A file could not be made; what the process said of it."""


def draw(context: PageContext, heading: str, view: str, filters: Filters, listing: Listing, block: str) -> None:
    """Draw the "⋮" of a list with its two downloads; ``heading`` names the files.

    Streamlit has a sentence of its own, in English, for a file that failed; the page's stands in its place.
    """
    words = context.words
    with st.popover(
        "", icon=":material/more_vert:", type="tertiary", help=words("ui.export.title"), key=f"export_{block}"
    ):
        failed = f'{{ --export-failed: "{words("ui.export.failed")}"; }}'
        st.html(f'<style>[data-testid="stDownloadButtonError"] {failed}</style>')
        for form, mime in MIMES.items():
            make = partial(_make, context, view, filters, listing, form)
            name = f"{file_name_of(context, heading)}.{form}"
            download_button(words(f"ui.export.{form}"), make, name, mime, f"{form}_{block}")


def _make(context: PageContext, view: str, filters: Filters, listing: Listing, form: str) -> bytes:
    """The bytes of the file."""
    with tempfile.TemporaryDirectory(prefix="vitrina-export-") as folder:
        output = Path(folder) / f"list.{form}"
        path, language = context.warehouse.path, context.words.language
        job = Job(path, output, form, view, filters, listing, language, context.words(context.page))
        write_file(job)
        return output.read_bytes()


def write_file(job: Job) -> None:
    """Have a process write the file of a job, and wait for it.

    Raises:
        ExportError: it failed, or took too long.
    """
    with _places:
        try:
            done = subprocess.run(
                COMMAND,
                input=job.to_json(),
                env=_environment(),
                cwd=job.output.parent,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ExportError(f"{job.view} took more than {PATIENCE:.0f} s") from error
    if done.returncode != 0 or not job.output.exists():
        raise ExportError(done.stderr.strip() or f"{job.view}: exit code {done.returncode}")


def _environment() -> Mapping[str, str]:
    """The environment without our settings: who writes a file needs no webhook."""
    ours = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    return ours | {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "PYTHONIOENCODING": "utf-8",
    }
