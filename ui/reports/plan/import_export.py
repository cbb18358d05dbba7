"""The plan as a file: the two downloads, and the upload, which names what is wrong in a cell and takes the rest."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from inputs.plan.export import csv_bytes, xlsx_bytes
from inputs.plan.files import read_file
from inputs.plan.grid import Reading
from inputs.plan.rows import PlanRow
from language import Message
from ui.blocks.export_menu import XLSX
from ui.blocks.markdown import plain
from ui.reports.plan import drafts, editor_state, saving
from ui.state.page_context import PageContext

UPLOADS = "plan.uploads"  # in the session: how many files were taken, which gives the next upload a key of its own
MOST_PROBLEMS = 30


def draw(context: PageContext, stored: Sequence[PlanRow], *, is_linked: bool) -> None:
    """Draw the downloads of the whole plan, and the upload where no sheet is linked."""
    words = context.words
    with st.expander(words("pages.plan.exchange.title"), icon=":material/swap_vert:", key="plan_exchange"):
        names = editor_state.plan_names(context)
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="plan_downloads"):
            st.caption(plain(words("pages.plan.exchange.export")), width="content")
            name = words("pages.plan.exchange.file")
            for text, data, suffix, mime in (
                (words("ui.export.xlsx"), lambda: xlsx_bytes(stored, names), "xlsx", XLSX),
                (words("ui.export.csv"), lambda: csv_bytes(stored, names), "csv", "text/csv"),
            ):
                st.download_button(
                    text,
                    data,
                    f"{name}.{suffix}",
                    mime,
                    key=f"plan_download_{suffix}",
                    on_click="ignore",
                    type="tertiary",
                    icon=":material/download:",
                )
        if not is_linked:
            _upload(context)


def draw_problems(context: PageContext, problems: Sequence[Message]) -> None:
    """Draw what is wrong in cells of a file or a sheet, one a line."""
    words = context.words
    lines = [f"- {plain(problem.text(words.language))}" for problem in problems[:MOST_PROBLEMS]]
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"- {plain(words('pages.plan.exchange.more', count=len(problems) - MOST_PROBLEMS))}")
    st.markdown("\n".join(lines))


def _upload(context: PageContext) -> None:
    words, number = context.words, st.session_state.setdefault(UPLOADS, 0)
    st.html(f'<style>.stApp {{ --choose-file: "{words("pages.plan.exchange.choose")}"; }}</style>')
    uploaded: Any = st.file_uploader(
        words("pages.plan.exchange.upload"),
        type=["xlsx", "csv"],
        key=f"plan_upload_{number}",
        help=words("pages.plan.exchange.upload_help"),
    )
    if uploaded is None:
        return
    reading = _read(uploaded.name, uploaded.getvalue())
    if reading.problems:
        st.warning(words("pages.plan.exchange.told", count=len(reading.problems)), icon=":material/error:")
        draw_problems(context, reading.problems)
    if not reading.months:
        st.warning(words("pages.plan.exchange.nothing"), icon=":material/error:")
        return
    months = ", ".join(words.month(month) for month in sorted(reading.months))
    st.markdown(plain(words("pages.plan.exchange.found", count=len(reading.rows), months=months)))
    if overwritten := sorted(set(drafts.all_drafts()) & reading.months):
        listed = ", ".join(words.month(month) for month in overwritten)
        st.warning(plain(words("pages.plan.exchange.unsaved", months=listed)), icon=":material/edit_note:")
    if st.button(
        words("pages.plan.exchange.take"), key="plan_take_file", type="primary", icon=":material/upload_file:"
    ):
        saving.save_months(context, reading.months, reading.rows, problems=reading.problems)
        st.session_state[UPLOADS] = number + 1
        saving.toast_after_rerun(words("pages.plan.exchange.taken", count=len(reading.rows), months=months))


def _read(name: str, data: bytes) -> Reading:
    """The plan of an uploaded file, which `read_file` wants on disk.

    Raises:
        PlanError: it is no file of a plan.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"plan{Path(name).suffix.lower()}"
        path.write_bytes(data)
        return read_file(path, name=name)
