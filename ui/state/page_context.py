"""One run of a page for one reader: whose words, which data, which filters."""

from dataclasses import dataclass, replace

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
    """What every block needs to be drawn."""

    settings: Settings
    words: Words
    warehouse: Warehouse
    page: str  # catalogue key of the page's title

    def filters(self, block: str | None = None, *, without: str | None = None) -> Filters:
        """What the choices mean for this warehouse.

        ``block`` names the one with a grain of its own; ``without`` the filter that is left out.
        """
        chosen = url_state.selection().resolve(
            self.warehouse.as_of_day,
            self.warehouse.first_day,
            block=block,
            history_months=self.warehouse.history_months,
            defaults=self.warehouse.defaults,
        )
        return replace(chosen, **{without: ()}) if without else chosen

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
        """Where the portal's own pages are; links lead there and nowhere else."""
        return self.warehouse.meta["portal_origin"] or None

    def in_force(self) -> list[str]:
        """Names of the filters that hold something, the period apart."""
        chosen = url_state.selection()
        return [name for name in LIST_FILTERS if getattr(chosen, name)]


def begin(context: PageContext) -> None:
    """Make this the page context that blocks are drawn for."""
    st.session_state[KEY] = context


def current() -> PageContext:
    """The page context of this run."""
    context: PageContext = st.session_state[KEY]
    return context
