"""A block: one view on a card, with its title, its help, its export, its switches, its notes and its own errors.

A block that fails shows a sentence and the rest of the page stands; a view without rows says why and what to do.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, StopException

from language import ExplainedError
from metrics.query.catalog import View
from metrics.query.query import Table
from ui.blocks import export_menu
from ui.blocks.deferred import BLOCK_HEIGHT, deferred
from ui.blocks.markdown import plain
from ui.state.page_context import PageContext, current

LOG = logging.getLogger("vitrina.page")


@dataclass(frozen=True)
class Block:
    """What the content of a block is drawn from: the block's own name on the page, its view and the view's rows."""

    name: str
    view: View
    table: Table
    context: PageContext

    def label(self, column: str) -> str:
        """What the reader's language calls a column of the view."""
        return self.view.columns[column].label(self.context.words.language)


Draw = Callable[[Block], None]
Control = Callable[[str], None]  # draws a switch of the block with this name
Note = str | Callable[[PageContext], str | None]  # a catalogue key, or what returns a text or None


def draw_block(
    view: str,
    draw: Draw,
    *,
    name: str | None = None,
    title: str | None = None,
    without: str | None = None,
    controls: Control | None = None,
    notes: Sequence[Note] = (),
    own_grain: bool = False,
    behind: str | None = None,
    height: int = BLOCK_HEIGHT,
) -> None:
    """Draw a view on a card, once it is near; ``draw`` puts its rows there and is not called where there are none.

    ``name`` tells two blocks of one view apart; ``title`` is a catalogue key where the view's own label does not do;
    ``without`` names the filter the block does not narrow by; ``controls`` draws its switches; ``notes`` are lines
    under it; ``own_grain`` gives it a grain of its own; ``behind`` is the view of the rows behind a plus, exported too.
    ``height`` is about how many pixels high it is.
    """
    block = name or view

    def draw_card() -> None:
        _draw_card(
            view,
            draw,
            block,
            title=title,
            without=without,
            controls=controls,
            notes=notes,
            own_grain=own_grain,
            behind=behind,
        )

    deferred(block, draw_card, height=height)


def _draw_card(
    view: str,
    draw: Draw,
    block: str,
    *,
    title: str | None,
    without: str | None,
    controls: Control | None,
    notes: Sequence[Note],
    own_grain: bool,
    behind: str | None,
) -> None:
    """Draw the card of `draw_block`, whose arguments these are."""
    context = current()
    with st.container(border=True, key=f"block_{block}"), ErrorBoundary(context, block):
        described = context.warehouse.meaning(view)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"head_{block}"):
            heading = context.words(title) if title else described.label(context.words.language)
            st.markdown(f"#### {plain(heading)}", anchors=False, width="content")
            draw_help(context, described, block)
            st.space("stretch")
            if controls:
                controls(block)
            menu = st.container(width="content")
        filters = context.filters(block if own_grain else None, without=without)
        table = context.rows(view, filters)
        draw_untouched_filters(context, described)
        if not table.rows:
            draw_empty(context)
            return
        with menu:
            further = context.rows(behind, filters) if behind else None
            export_menu.draw(context, heading, table, filters, block, behind=further)
        draw(Block(block, described, table, context))
        draw_notes(context, notes)


class ErrorBoundary:
    """A context manager that shows an error of its body in the body's place and lets the rest of the page be drawn.

    An `ExplainedError` is shown in its own words, any other as "this block failed" and logged. The exceptions by which
    Streamlit reruns and stops a script pass.
    """

    def __init__(self, context: PageContext, block: str) -> None:
        self.context, self.block = context, block

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        """Show ``error``; True where it goes no further."""
        if error is None or not isinstance(error, Exception) or isinstance(error, RerunException | StopException):
            return False
        if isinstance(error, ExplainedError):
            st.warning(plain(error.text(self.context.words.language)), icon=":material/error:")
        else:
            LOG.error("the block %s failed", self.block, exc_info=error)
            st.warning(self.context.words("ui.block_failed"), icon=":material/error:")
        return True


def draw_notes(context: PageContext, notes: Sequence[Note]) -> None:
    """Draw one line of all notes that have a text."""
    texts = [context.words(note) if isinstance(note, str) else note(context) for note in notes]
    if line := " ".join(text for text in texts if text):
        st.caption(plain(line))


def draw_empty(context: PageContext) -> None:
    """Draw the empty state of a block: why there are no rows, and what to do."""
    words, filters = context.words, context.filters()
    period = words("ui.period.text", start=filters.period_from, end=filters.period_to)
    key = "ui.empty.filtered" if context.in_force() else "ui.empty.period"
    st.markdown(f":gray[:material/inbox: {plain(words(key, period=period))}]", text_alignment="center")


def draw_untouched_filters(context: PageContext, view: View) -> None:
    """Name the filters in force that do not narrow a view, so that nobody takes its figures for filtered ones."""
    names = [name for name in context.in_force() if name in view.untouched_by]
    if names:
        listed = ", ".join(context.words(f"ui.filter.{name}") for name in names)
        st.caption(f":material/filter_alt_off: {plain(context.words('ui.untouched', filters=listed))}")


def draw_help(context: PageContext, view: View, block: str) -> None:
    """Draw the "?" of a block: how its view and each of its columns are counted."""
    language = context.words.language
    with st.popover(
        "", icon=":material/help:", type="tertiary", help=context.words("ui.how_counted"), key=f"help_{block}"
    ):
        st.markdown(plain(view.help(language)))
        shown = [column for column in view.columns.values() if column.format not in ("id", "link")]
        lines = [f"- **{plain(column.label(language))}** — {plain(column.help(language))}" for column in shown]
        st.markdown("\n".join(lines))
