"""Deferred blocks: what lies below the window is a placeholder, drawn when its reader comes near.

Each block is a fragment in a slot, the container ``slot_NAME``. One watcher a page, deferred.js, reports the slots that
are near the window; those of them that are placeholders are drawn in one rerun of their fragments alone. A rerun of the
page draws what is near and makes placeholders of the rest, so that a filter costs what is seen. A page that was just
opened draws its first blocks and the one a link leads to; a whole page (``whole=yes`` in the address) draws all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui.state import url_state

KEY = "deferred.page"
CODE = Path(__file__).with_name("deferred.js")
BLOCK_HEIGHT = 460  # pixels of a placeholder, until the browser knows how high its block was
WINDOW_HEIGHT = 900  # pixels of blocks that a page draws before it is told what is near


@dataclass
class _Page:
    """The blocks of one session's page, as of its last run.

    ``near`` holds the names that were reported last, None before the first report. ``names`` are in the order of the
    page, ``waiting`` those that are placeholders; ``height`` is that of the blocks drawn so far in pixels. ``is_run``
    says that the page as a whole is being run, and not fragments of it.
    """

    title: str
    near: frozenset[str] | None = None
    names: list[str] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    height: int = 0
    is_run: bool = True

    def draws(self, name: str) -> bool:
        """Whether a run of the page draws a block, rather than its placeholder."""
        if url_state.is_whole():
            return True
        target = url_state.arrival_target()[0]
        if target and name in (target, f"cards_{target}"):
            return True
        return self.height < WINDOW_HEIGHT if self.near is None else name in self.near


def begin(title: str) -> None:
    """Begin a run of the page with this title; what is near is known from its run before."""
    before: _Page | None = st.session_state.get(KEY)
    st.session_state[KEY] = _Page(title, before.near if before and before.title == title else None)


def end() -> None:
    """End the run: draw the watcher behind the last block, where anything may wait for it."""
    page = _page()
    page.is_run = False
    if url_state.is_whole():
        return
    with st.container(key="watcher"):
        _watch(page.title)


def deferred(name: str, draw: Callable[[], None], *, height: int = BLOCK_HEIGHT) -> None:
    """Draw a block by ``draw`` in a slot of its own, or its placeholder of ``height`` pixels.

    ``name`` is unique on the page. A widget in the block reruns the block alone; what changes the filters of the page
    reruns all of it (see `url_state.choose`).
    """
    _page().names.append(name)

    @st.fragment(key=_fragment_key(name))
    def block() -> None:
        page = _page()
        if page.is_run and not page.draws(name):
            page.waiting.add(name)
            st.html(f'<div class="waiting" style="height: {height}px" aria-hidden="true"></div>')
            return
        page.waiting.discard(name)
        page.height += height
        draw()
        if not page.is_run:
            url_state.write_address()

    with st.container(key=f"slot_{escape(name)}"):
        block()


@st.fragment
def _watch(title: str) -> None:
    """Draw the watcher; its report reruns at most this fragment and those of blocks to draw."""
    key = f"watcher_{title}"
    _component()(key=key, on_near_change=lambda: _near_changed(key))


def _near_changed(key: str) -> None:
    """Take over which blocks are near, and draw those that wait. What a browser reports may be anything."""
    page, reported = _page(), st.session_state[key].near
    names: Any = reported.get("names") if isinstance(reported, dict) else None
    if not isinstance(names, list):
        return
    near = {name for name in names if isinstance(name, str)}
    page.near = frozenset(name for name in page.names if name in near)
    if wanted := [_fragment_key(name) for name in page.names if name in page.near and name in page.waiting]:
        st.rerun(wanted)


def _page() -> _Page:
    page: _Page = st.session_state[KEY]
    return page


def _fragment_key(name: str) -> str:
    return f"slot.{name}"


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("deferred", js=CODE.read_text("utf-8"))
