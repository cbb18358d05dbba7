"""The glossary: every view of every report and every column of it, as the dictionary explains them."""

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from language import Words
from metrics.query import catalog
from metrics.query.catalog import Column, View
from ui.blocks.markdown import plain
from ui.state.page_context import current

SEARCH = "glossary.search"
MOST_OPEN = 12  # more finds than these stay folded, so that the page can be overlooked
SAME_LETTER = {0x451: 0x435}  # nobody types the dots of the seventh Russian letter
UNSHOWN = ("id", "link")

Found = tuple[View, Sequence[Column]]


def glossary() -> None:
    """A search box, and under the name of each report its views; each opens to its columns."""
    words = current().words
    st.markdown(plain(words("pages.glossary.about")))
    asked = st.text_input(
        words("pages.glossary.search"),
        key=SEARCH,
        placeholder=words("pages.glossary.placeholder"),
        icon=":material/search:",
        width=460,
    )
    found = search(catalog.views(), asked or "", words.language)
    if not found:
        st.markdown(f":material/search_off: {plain(words('pages.glossary.nothing', asked=asked))}")
        return
    st.caption(plain(words("pages.glossary.found", count=len(found))))
    unfolded = bool(asked and asked.strip()) and len(found) <= MOST_OPEN
    for report, entries in groupby(sorted(found, key=lambda entry: _place(entry[0])), lambda entry: entry[0].report):
        with st.container(border=True, key=f"block_glossary_{report}"):
            st.markdown(f"#### {plain(_report(words, report))}", anchors=False)
            for view, columns in entries:
                _entry(words, view, columns, unfolded=unfolded)


def search(views: Sequence[View], asked: str, language: str) -> list[Found]:
    """The views that speak of every word asked for, with all columns; else those with the columns that do."""
    wanted = _folded(asked).split()
    found: list[Found] = []
    for view in views:
        columns = [column for column in view.columns.values() if column.format not in UNSHOWN]
        if _speaks(wanted, view.label(language), view.help(language)):
            found.append((view, columns))
        elif told := [c for c in columns if _speaks(wanted, c.label(language), c.help(language))]:
            found.append((view, told))
    return found


def _entry(words: Words, view: View, columns: Sequence[Column], *, unfolded: bool) -> None:
    language = words.language
    # A fold remembers how it stood: one that was opened by a search is another than the one at rest.
    with st.expander(plain(view.label(language)), expanded=unfolded, key=f"glossary.{view.name}.{unfolded}"):
        st.markdown(plain(view.help(language)))
        if view.untouched_by:
            listed = ", ".join(words(f"ui.filter.{name}") for name in view.untouched_by)
            st.caption(f":material/filter_alt_off: {plain(words('ui.untouched', filters=listed))}")
        lines = [f"- **{plain(column.label(language))}** — {plain(column.help(language))}" for column in columns]
        st.markdown("\n".join(lines))


def _place(view: View) -> int:
    reports = list(dict.fromkeys(other.report for other in catalog.views()))
    return reports.index(view.report)


def _report(words: Words, report: str) -> str:
    return words(f"pages.glossary.report.{report}")


def _speaks(wanted: Sequence[str], *texts: str) -> bool:
    told = _folded(" ".join(texts))
    return all(word in told for word in wanted)


def _folded(text: str) -> str:
    return text.casefold().translate(SAME_LETTER)
