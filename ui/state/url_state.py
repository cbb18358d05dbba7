"""The URL state: what one reader chose, kept in the session and in the address of the page, so that a link is a view.

In the session it is a `Selection`, the switches of blocks, the searches of lists and the language. The address is read
before any widget is drawn and written after the page; widgets are set from the state on each run and change it in their
callbacks. What changes the `Selection` redraws the page, wherever its widget stands; a switch, a grain or a search
redraws its block alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from metrics.query.listing import clean_search
from metrics.query.selection import Selection, from_address

SELECTION = "url_state.selection"
SWITCHES = "url_state.switches"
SEARCHES = "url_state.searches"
LANGUAGE = "url_state.language"
WHOLE_PAGE = "url_state.whole"
WRITTEN = "url_state.written"  # the address this session wrote last, to tell it from one that was pasted
PAGE = "url_state.page"
DROPPED = "url_state.dropped"
ARRIVAL = "url_state.arrival"
ARRIVALS = "url_state.arrivals"  # how many links to a block were followed
AT = "at"  # in the address: the block a link leads to
SHOW = "show"  # in the address: the switches, show=block:option
FIND = "find"  # in the address: what lists are searched for, find=block:text
LANG = "lang"
WHOLE, YES = "whole", "yes"  # in the address: all blocks are drawn at once, near the window or not
SEPARATOR = ":"


@dataclass(frozen=True)
class Arrival:
    """A link to a block that was followed: the block, the rest of the link's address, the page left and its selection.

    ``left`` is None where the link was opened from outside.
    """

    block: str
    address: Mapping[str, Sequence[str]]
    left: str | None
    selection: Selection


def read_address() -> None:
    """Take the state over from the address, unless the session wrote it itself or has only turned its page."""
    given = {key: st.query_params.get_all(key) for key in st.query_params}
    page, left = st.context.url, st.session_state.get(PAGE)
    turned = left not in (None, page)
    st.session_state[PAGE] = page
    if turned and not given:
        _undo_arrival(page)
    if turned:
        st.session_state.pop(ARRIVAL, None)
    # Streamlit drops the query when a page is turned: the state stays, and is written again after the page.
    if SELECTION in st.session_state and (given == st.session_state.get(WRITTEN) or (turned and not given)):
        return
    before = selection()
    st.session_state[SELECTION], dropped = from_address(given)
    st.session_state[DROPPED] = dropped
    st.session_state[SWITCHES] = _switches(given.get(SHOW, []))
    st.session_state[SEARCHES] = _searches(given.get(FIND, []))
    if given.get(LANG):
        st.session_state[LANGUAGE] = given[LANG][-1]
    st.session_state[WHOLE_PAGE] = given.get(WHOLE, [])[-1:] == [YES]
    st.session_state[WRITTEN] = given
    if (block := (given.get(AT) or [""])[-1]).isidentifier():
        st.session_state[ARRIVAL] = Arrival(block, address_of(selection()), left if turned else None, before)
        st.session_state[ARRIVALS] = st.session_state.get(ARRIVALS, 0) + 1


def _undo_arrival(page: str | None) -> None:
    """Undo the filters that came with a link when its reader returns to the page left and has chosen nothing else."""
    arrival: Arrival | None = st.session_state.get(ARRIVAL)
    if arrival and arrival.left == page and arrival.address == address_of(selection()):
        st.session_state[SELECTION] = arrival.selection


def address_of(chosen: Selection) -> dict[str, list[str]]:
    """The query part of an address that opens a page under ``chosen``, with all else the session keeps there."""
    address = chosen.to_address()
    if switches := st.session_state.get(SWITCHES):
        address[SHOW] = [SEPARATOR.join(pair) for pair in sorted(switches.items())]
    if searches := st.session_state.get(SEARCHES):
        address[FIND] = [SEPARATOR.join(pair) for pair in sorted(searches.items())]
    if language := st.session_state.get(LANGUAGE):
        address[LANG] = [language]
    if is_whole():
        address[WHOLE] = [YES]
    return address


def is_whole() -> bool:
    """Whether all blocks of a page are drawn at once, as for printing it."""
    return bool(st.session_state.get(WHOLE_PAGE))


def arrival_target() -> tuple[str, int]:
    """The block a link has led to ("": none), and the number of links followed so far."""
    arrival: Arrival | None = st.session_state.get(ARRIVAL)
    return arrival.block if arrival else "", st.session_state.get(ARRIVALS, 0)


def write_address() -> None:
    """Write the state into the address; the block a link led to stays in it until something else is chosen."""
    address = address_of(selection())
    arrival: Arrival | None = st.session_state.get(ARRIVAL)
    if arrival and arrival.address == address:
        address[AT] = [arrival.block]
    if address != {key: st.query_params.get_all(key) for key in st.query_params}:
        st.query_params.from_dict(address)
    st.session_state[WRITTEN] = address


def selection() -> Selection:
    """What is chosen now."""
    chosen: Selection = st.session_state.setdefault(SELECTION, Selection())
    return chosen


def choose(**changes: Any) -> None:
    """Change the named attributes of the `Selection` and redraw the page, which ends the callback this stands in."""
    _select(replace(selection(), **changes))


def release_all() -> None:
    """Empty every list filter and redraw the page; the period stays."""
    _select(selection().without_filters())


def toggle(name: str, value: int | str) -> None:
    """Filter the report by one value, or release it where it is the one picked; see `choose`."""
    now = getattr(selection(), name)
    choose(**{name: () if now == (value,) else (value,)})


def drop(name: str, value: int | str) -> None:
    """Take one value out of a filter; see `choose`."""
    choose(**{name: tuple(other for other in getattr(selection(), name) if other != value)})


def set_grain(block: str, grain: str) -> None:
    """Set the grain of one dynamics block."""
    st.session_state[SELECTION] = selection().with_grain(block, grain)


def switch(block: str, options: Sequence[str]) -> str:
    """The option a block's switch stands on: the first one until another is chosen."""
    chosen = st.session_state.get(SWITCHES, {}).get(block)
    return chosen if chosen in options else options[0]


def set_switch(block: str, option: str, default: str) -> None:
    """Turn a block's switch; its default leaves the address."""
    others = {name: value for name, value in st.session_state.get(SWITCHES, {}).items() if name != block}
    st.session_state[SWITCHES] = others if option == default else {**others, block: option}


def switches_of(block: str) -> tuple[tuple[str, str], ...]:
    """The switches and marks of a block that do not stand on their defaults, by name: pairs of name and option."""
    switches: Mapping[str, str] = st.session_state.get(SWITCHES, {})
    return tuple(sorted(pair for pair in switches.items() if pair[0].startswith(f"{block}_")))


def mark(block: str) -> str:
    """The identifier a block keeps in the address; "" where it keeps none."""
    return str(st.session_state.get(SWITCHES, {}).get(block, ""))


def set_mark(block: str, text: str) -> None:
    """Keep an identifier of a block in the address; "" takes it out."""
    set_switch(block, text, "")


def search(block: str) -> str:
    """What a list is searched for; "" for nothing."""
    return str(st.session_state.get(SEARCHES, {}).get(block, ""))


def set_search(block: str, text: str) -> None:
    """Search a list for a text; "" ends the search and takes it out of the address."""
    others = {name: value for name, value in st.session_state.get(SEARCHES, {}).items() if name != block}
    found = clean_search(text)
    st.session_state[SEARCHES] = {**others, block: found} if found else others


def pop_dropped() -> list[str]:
    """The parts of the address that mean nothing, each as ``key=value``; empty when asked again."""
    parts: list[str] = st.session_state.pop(DROPPED, [])
    return parts


def _select(chosen: Selection) -> None:
    st.session_state[SELECTION] = chosen
    st.rerun()  # the widget may stand in a fragment, which alone would be drawn anew


def _searches(texts: Sequence[str]) -> dict[str, str]:
    pairs = (text.partition(SEPARATOR) for text in texts[:100])
    cleaned = {block: clean_search(text) for block, _, text in pairs if block.isidentifier()}
    return {block: text for block, text in cleaned.items() if text}


def _switches(texts: Sequence[str]) -> dict[str, str]:
    pairs = (text.split(SEPARATOR) for text in texts[:100])
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and all(part.isidentifier() for part in pair)}
