"""The navigation: which pages there are, under which headings.

Their files lie one folder below pages/: those directly in it Streamlit would run alone on a freshly started server,
without the entry script.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from language import Words


@dataclass(frozen=True)
class Entry:
    """A page: its file, the catalogue key of its title, its icon, its address.

    ``filters`` says whether the sidebar holds the filters, ``further_open`` whether "more filters" opens with the page.
    """

    file: str
    title: str
    icon: str
    address: str
    filters: bool = True
    further_open: bool = False


SECTIONS: Mapping[str, tuple[Entry, ...]] = {
    "ui.section.reports": (
        Entry("pages/reports/overview.py", "pages.overview.title", ":material/dashboard:", "overview"),
        Entry("pages/reports/managers.py", "pages.managers.title", ":material/groups:", "managers"),
        Entry("pages/reports/plan.py", "pages.plan.title", ":material/flag:", "plan"),
        Entry(
            "pages/reports/marketing.py", "pages.marketing.title", ":material/campaign:", "marketing", further_open=True
        ),
        Entry("pages/reports/sales.py", "pages.sales.title", ":material/trending_up:", "sales"),
        Entry("pages/reports/forgotten.py", "pages.forgotten.title", ":material/notifications:", "forgotten"),
    ),
    "ui.section.service": (
        Entry("pages/service/data.py", "pages.data.title", ":material/database:", "data", filters=False),
        Entry("pages/service/glossary.py", "pages.glossary.title", ":material/menu_book:", "glossary", filters=False),
    ),
}


def first_address() -> str:
    """The address of the page that "/" opens."""
    return next(iter(SECTIONS.values()))[0].address


def disable_page_discovery() -> None:
    """Keep Streamlit from reading the folder pages/ by itself.

    The first visitor of a freshly started server who opens a page by its address would be told there is no such page.
    """
    PagesManager.uses_pages_directory = False


def draw(words: Words, *, hidden: bool = False) -> tuple[st.Page, Entry]:
    """Draw the navigation, or nothing of it when ``hidden``: the page that was asked for, and its entry.

    The first page is the one opened by "/".
    """
    pages: dict[str, list[st.Page]] = {}
    entries: dict[str, Entry] = {}
    for section, section_entries in SECTIONS.items():
        for entry in section_entries:
            page = st.Page(
                entry.file,
                title=words(entry.title),
                icon=entry.icon,
                url_path=entry.address,
                default=not entries,
            )
            entries[page.title] = entry
            pages.setdefault(words(section), []).append(page)
    chosen = st.navigation(pages, position="hidden" if hidden else "sidebar")
    return chosen, entries[chosen.title]
