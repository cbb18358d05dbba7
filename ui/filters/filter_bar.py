"""The filters in the sidebar, the same on every report, and the chips of those in force above it."""

from collections.abc import Mapping, Sequence

import streamlit as st

from language import Words
from metrics.query import query
from metrics.query.filters import LIST_FILTERS, Filters
from metrics.query.values import FIRST_DAY
from ui.blocks.markdown import plain
from ui.filters import period
from ui.filters.options import Choice, choices_of, unknown_label, with_values
from ui.state import url_state
from ui.state.page_context import PageContext

FIRST = ("funnels", "departments", "employees")
FURTHER = tuple(name for name in LIST_FILTERS if name not in FIRST)
MOST_CHIPS = 12
MOST_CACHED = 8  # builds and languages whose offers are cached

Offers = Mapping[str, Sequence[Choice]]


def offers(context: PageContext) -> Offers:
    """The choices of every list filter by its name, cached by build and language."""
    key = (context.warehouse.build_id, context.words.language)
    cache: dict[tuple[str, str], Offers] = _cache()
    if key not in cache:
        while len(cache) >= MOST_CACHED:
            cache.pop(next(iter(cache)), None)
        cache[key] = choices_of(
            query.rows(context.warehouse, "filter_options", Filters(FIRST_DAY, FIRST_DAY)), context.words
        )
    return cache[key]


@st.cache_resource(show_spinner=False)
def _cache() -> dict[tuple[str, str], Offers]:
    return {}


def draw(context: PageContext, offered: Offers, *, further_open: bool = False) -> None:
    """The filter bar of the sidebar; ``further_open`` opens "more filters" from the start."""
    period.draw(context)
    for name in FIRST:
        _multiselect(context, offered, name)
    chosen = sum(name in FURTHER for name in context.in_force())
    label = context.words("ui.further_chosen", chosen=chosen) if chosen else context.words("ui.further")
    with st.expander(label, expanded=further_open, key="filters.further"):
        for name in FURTHER:
            _multiselect(context, offered, name)


def chips(context: PageContext, offered: Offers) -> None:
    """The filters in force, each with its cross, and one button for all of them."""
    labels = {(name, choice.value): choice.label for name in offered for choice in offered[name]}
    active = [(name, value) for name in context.in_force() for value in getattr(url_state.selection(), name)]
    if not active:
        return
    with st.container(horizontal=True, gap="xsmall", key="chips", vertical_alignment="center"):
        for name, value in active[:MOST_CHIPS]:
            label = labels.get((name, value)) or unknown_label(name, value, context.words)
            called = _first_text(context.words, f"ui.filter_one.{name}", f"ui.filter.{name}")
            st.button(
                f"{plain(called)}: **{plain(label)}** ✕",
                key=f"chip.{name}.{value}",
                on_click=url_state.drop,
                args=(name, value),
            )
        if len(active) > MOST_CHIPS:
            st.caption(context.words("ui.chips_more", count=len(active) - MOST_CHIPS), width="content")
        st.button(context.words("ui.release_all"), key="chip.all", type="tertiary", on_click=url_state.release_all)


def _multiselect(context: PageContext, offered: Offers, name: str) -> None:
    words = context.words
    chosen = getattr(url_state.selection(), name)
    options = with_values(offered.get(name, ()), name, chosen, words)
    shown = {choice.value: choice.indented for choice in options}
    every = _first_text(words, f"ui.filter_all.{name}", "ui.filter_any")
    key = f"filter.{name}"
    st.session_state[key] = list(chosen)
    st.multiselect(
        words(f"ui.filter.{name}"),
        list(shown),
        key=key,
        format_func=shown.__getitem__,
        placeholder=every if options else words("ui.filter_empty"),
        disabled=not options,
        select_all=False,
        on_change=_multiselect_changed,
        args=(name, key),
    )


def _first_text(words: Words, *keys: str) -> str:
    """The text of the first key the catalogue holds."""
    return words(next(key for key in keys if words.has(key)))


def _multiselect_changed(name: str, key: str) -> None:
    url_state.choose(**{name: tuple(st.session_state[key])})
