"""The context of one run of a page for one reader: the language, the warehouse, the filters in force."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from crm.settings import Settings
from language import Words
from metrics.query import query
from metrics.query.filters import LIST_FILTERS, Filters
from metrics.query.query import Table
from metrics.warehouse.publish import Warehouse
from ui.state import url_state

KEY = "page_context"


@dataclass(frozen=True)
class PageContext:
    """What every block of a page is drawn with."""

    settings: Settings
    words: Words
    warehouse: Warehouse
    page: str  # catalogue key of the page's title

    def filters(self, block: str | None = None, *, without: str | None = None) -> Filters:
        """What the URL state means for this warehouse.

        ``block`` names a block with a grain of its own; ``without`` a list filter that is left out.
        """
        filters = url_state.selection().resolve(
            self.warehouse.as_of_day,
            self.warehouse.first_day,
            block=block,
            history_months=self.warehouse.history_months,
            defaults=self.warehouse.defaults,
        )
        emptied: dict[str, Any] = {without: ()} if without else {}
        return replace(filters, **emptied)

    def rows(self, view: str, filters: Filters) -> Table:
        """The rows of a view under given filters."""
        return query.rows(self.warehouse, view, filters)

    def table(self, view: str, *, without: str | None = None) -> Table:
        """The rows of a view under the filters in force, or under all of them but ``without``."""
        return self.rows(view, self.filters(without=without))

    @property
    def currency(self) -> str:
        """The currency every amount is in."""
        return str(self.warehouse.meta["base_currency"] or "RUB")

    @property
    def origin(self) -> str | None:
        """The origin of the portal, "https://acme.bitrix24.ru"; links lead there and nowhere else."""
        return self.warehouse.meta["portal_origin"] or None

    def in_force(self) -> list[str]:
        """Names of the list filters that hold a value."""
        selection = url_state.selection()
        return [name for name in LIST_FILTERS if getattr(selection, name)]


def set_current(context: PageContext) -> None:
    """Draw the blocks of this run in ``context``."""
    st.session_state[KEY] = context


def current() -> PageContext:
    """The page context of this run."""
    context: PageContext = st.session_state[KEY]
    return context
