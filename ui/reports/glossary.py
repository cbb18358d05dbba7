"""The glossary: every view of every report with all its columns, as the dictionary explains them, and a search."""

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from language import Words
from metrics.query import catalog
from metrics.query.catalog import Column, View
from ui.blocks.markdown import plain
from ui.state.page_context import current

SEARCH = "glossary.search"
MOST_EXPANDED = 12  # of more results than these none is expanded, so that the page stays short
SAME_LETTER = {0x451: 0x435}  # nobody types the dots of the seventh Russian letter
HIDDEN = ("id", "link")  # formats of columns no reader sees

Entry = tuple[View, Sequence[Column]]


def glossary() -> None:
    """Draw a search box, and under the name of each report its views; each expands to its columns."""
    words = current().words
    st.markdown(plain(words("pages.glossary.about")))
    query = st.text_input(
        words("pages.glossary.search"),
        key=SEARCH,
        placeholder=words("pages.glossary.placeholder"),
        icon=":material/search:",
        width=460,
    )
    entries = search(catalog.views(), query or "", words.language)
    if not entries:
        st.markdown(f":material/search_off: {plain(words('pages.glossary.nothing', asked=query))}")
        return
    st.caption(plain(words("pages.glossary.found", count=len(entries))))
    expanded = bool(query and query.strip()) and len(entries) <= MOST_EXPANDED
    ordered = sorted(entries, key=lambda entry: _report_place(entry[0]))
    for report, of_report in groupby(ordered, lambda entry: entry[0].report):
        with st.container(border=True, key=f"block_glossary_{report}"):
            st.markdown(f"#### {plain(words(f'pages.glossary.report.{report}'))}", anchors=False)
            for view, columns in of_report:
                _draw_entry(words, view, columns, expanded=expanded)


def search(views: Sequence[View], query: str, language: str) -> list[Entry]:
    """The views whose label and help have every word of the query, with all columns; of others the columns that do."""
    wanted = _normalized(query).split()
    entries: list[Entry] = []
    for view in views:
        columns = [column for column in view.columns.values() if column.format not in HIDDEN]
        if _has_words(wanted, view.label(language), view.help(language)):
            entries.append((view, columns))
        elif matching := [c for c in columns if _has_words(wanted, c.label(language), c.help(language))]:
            entries.append((view, matching))
    return entries


def _draw_entry(words: Words, view: View, columns: Sequence[Column], *, expanded: bool) -> None:
    language = words.language
    # An expander remembers its state: one expanded by a search needs a key of its own.
    with st.expander(plain(view.label(language)), expanded=expanded, key=f"glossary.{view.name}.{expanded}"):
        st.markdown(plain(view.help(language)))
        if view.untouched_by:
            listed = ", ".join(words(f"ui.filter.{name}") for name in view.untouched_by)
            st.caption(f":material/filter_alt_off: {plain(words('ui.untouched', filters=listed))}")
        lines = [f"- **{plain(column.label(language))}** — {plain(column.help(language))}" for column in columns]
        st.markdown("\n".join(lines))


def _report_place(view: View) -> int:
    reports = list(dict.fromkeys(other.report for other in catalog.views()))
    return reports.index(view.report)


def _has_words(wanted: Sequence[str], *texts: str) -> bool:
    text = _normalized(" ".join(texts))
    return all(word in text for word in wanted)


def _normalized(text: str) -> str:
    return text.casefold().translate(SAME_LETTER)
