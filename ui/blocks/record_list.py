"""A view of many rows as a list: a hundred rows at a time, sorted and searched by the engine, with links to cards.

Turning its pages, sorting and searching redraw the list alone. Its order and its search stand in the address, as the
switches of other blocks do; the page it is turned to belongs to the session, since tomorrow other rows stand there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from metrics.query.catalog import Column, View
from metrics.query.filters import Filters
from metrics.query.listing import Listing, ListPage, clean_search, list_page
from ui.blocks import list_export
from ui.blocks.block import ErrorBoundary, draw_empty, draw_help, draw_untouched_filters
from ui.blocks.deferred import deferred
from ui.blocks.list_rows import list_table
from ui.blocks.markdown import plain
from ui.blocks.value_labels import spoken_values
from ui.state import url_state
from ui.state.page_context import PageContext, current
from ui.tree_table.listed import draw_list

PAGE_ROWS = 100
HEIGHT = 700  # pixels of a list with a page of rows
PAUSE = "400ms"  # of a reader who types, before the list is searched
DIRECTIONS: Mapping[bool, str] = {True: "desc", False: "asc"}


@dataclass(frozen=True)
class RecordList:
    """What `record_list` draws; ``block`` is the name of its block."""

    view: str
    block: str
    sort: str
    descending: bool
    switches: tuple[str, ...]
    hide: tuple[str, ...]
    first: tuple[str, ...]
    title: str | None


def record_list(
    view: str,
    *,
    sort: str,
    switches: Sequence[str] = (),
    hide: Sequence[str] = (),
    title: str | None = None,
    name: str | None = None,
    descending: bool = True,
    first: Sequence[str] = (),
) -> None:
    """Draw a view as a list: its first column of text, which links to the card, then ``first``, then the rest.

    ``sort`` is the column it opens sorted by; ``switches`` are those filters ("without_activities", "all_open") that
    stand in its head; ``hide`` names columns left out; ``title`` is a catalogue key where the view's own label does
    not do; ``name`` tells two lists of one view apart.
    """
    listed = RecordList(view, name or view, sort, descending, tuple(switches), tuple(hide), tuple(first), title)
    deferred(listed.block, lambda: _draw(listed), height=HEIGHT)


def _draw(listed: RecordList) -> None:
    context, block = current(), listed.block
    with st.container(border=True, key=f"block_{block}"), ErrorBoundary(context, block):
        view = context.warehouse.meaning(listed.view)
        heading = context.words(listed.title) if listed.title else view.label(context.words.language)
        menu = _head(context, listed, view, heading)
        filters, listing = context.filters(), _listing(context, listed, view)
        draw_untouched_filters(context, view)
        asked = (filters, listing)
        page = list_page(
            context.warehouse, listed.view, filters, listing, offset=_offset(block, asked), limit=PAGE_ROWS
        )
        if not page.count and not listing.search:
            draw_empty(context)
            return
        _tools(context, block, page, asked)
        if not page.count:
            nothing = context.words("ui.listing.nothing_found", search=listing.search)
            st.markdown(f":gray[:material/search_off: {plain(nothing)}]", text_alignment="center")
            return
        with menu:
            list_export.draw(context, heading, listed.view, filters, listing, block)
        _table(context, listed, view, page, listing)


def _head(context: PageContext, listed: RecordList, view: View, heading: str) -> st.delta_generator.DeltaGenerator:
    """Draw the title, the help and the switches; the place of the export menu beside them."""
    block = listed.block
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"head_{block}"):
        st.markdown(f"#### {plain(heading)}", anchors=False, width="content")
        draw_help(context, view, block)
        st.space("stretch")
        for switch in listed.switches:
            _toggle(context, block, switch)
        return st.container(width="content")


def _tools(context: PageContext, block: str, page: ListPage, asked: object) -> None:
    """Draw the box of the search, which rows are shown, and the buttons that turn pages."""
    words = context.words
    last = page.offset + len(page.rows)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"tools_{block}"):
        _search_box(context, block)
        st.space("stretch")
        if page.count:
            first = page.offset + 1
            shown = words("ui.listing.shown", first=first, last=last, count=page.count)
            st.caption(plain(shown), width="content")
        for way, offset, icon in (
            ("back", page.offset - PAGE_ROWS, ":material/chevron_left:"),
            ("forward", page.offset + PAGE_ROWS, ":material/chevron_right:"),
        ):
            if page.count > PAGE_ROWS:
                st.button(
                    words(f"ui.listing.{way}"),
                    icon=icon,
                    key=f"list_{way}_{block}",
                    disabled=not 0 <= offset < page.count,
                    on_click=_turn_to,
                    args=(block, asked, offset),
                )


def _search_box(context: PageContext, block: str) -> None:
    key = f"list_search_{block}"
    # What somebody is typing is not overwritten: the box is set only where the search came from elsewhere, from a link.
    if clean_search(st.session_state.get(key, "")) != url_state.search(block):
        st.session_state[key] = url_state.search(block)
    prompt = context.words("ui.listing.search")
    st.text_input(
        prompt,
        key=key,
        type="search",
        live=PAUSE,
        placeholder=prompt,
        label_visibility="collapsed",
        width=300,
        on_change=_search_for,
        args=(block, key),
    )


def _table(context: PageContext, listed: RecordList, view: View, page: ListPage, listing: Listing) -> None:
    block = listed.block
    columns = _columns(view, listed)

    def reorder(place: int, descending: bool) -> None:
        url_state.set_switch(f"{block}_order", _option(columns[place].name, descending), _default(listed))

    table = list_table(context, view, columns, page, listing)
    draw_list(table, context.words, key=f"list_{block}", on_order=reorder)


def _columns(view: View, listed: RecordList) -> list[Column]:
    """The columns of the list in their order: the first column of text, ``first``, and the rest."""
    hidden = {*listed.hide, "stage_sort"}
    shown = [c for c in view.columns.values() if c.format not in ("id", "link") and c.name not in hidden]
    title, *others = shown
    leading = [view.columns[name] for name in listed.first]
    return [title, *leading, *(column for column in others if column not in leading)]


def _listing(context: PageContext, listed: RecordList, view: View) -> Listing:
    """The order and the search that are chosen."""
    options = {_option(name, descending): (name, descending) for name in view.columns for descending in DIRECTIONS}
    default = _default(listed)
    order, descending = options[url_state.switch(f"{listed.block}_order", [default, *options])]
    return Listing(order, descending, url_state.search(listed.block), spoken_values(context.words, view.columns))


def _option(column: str, descending: bool) -> str:
    """How the address spells an order: "desc_amount"."""
    return f"{DIRECTIONS[descending]}_{column}"


def _default(listed: RecordList) -> str:
    return _option(listed.sort, listed.descending)


def _offset(block: str, asked: tuple[Filters, Listing]) -> int:
    """The first row of the page that is turned to; 0 where other rows, or another order, are asked for since."""
    turned, offset = st.session_state.get(f"list_page_{block}", (None, 0))
    return int(offset) if turned == asked else 0


def _turn_to(block: str, asked: object, offset: int) -> None:
    st.session_state[f"list_page_{block}"] = asked, offset


def _search_for(block: str, key: str) -> None:
    url_state.set_search(block, st.session_state[key])


def _toggle(context: PageContext, block: str, switch: str) -> None:
    key = f"{switch}_{block}"

    def choose() -> None:
        url_state.choose(**{switch: st.session_state[key]})

    st.session_state[key] = getattr(url_state.selection(), switch)
    st.toggle(context.words(f"ui.listing.{switch}"), key=key, on_change=choose)
