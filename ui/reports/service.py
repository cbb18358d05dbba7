"""Blocks of the service pages: the refresh, the entities pulled, failed casts, the settings in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from crm.resources import ENTITIES
from crm.snapshots.manifest import EntityState, Manifest, SweepState
from crm.snapshots.store import Snapshots
from language import Message, Words
from metrics.query import query
from refresh import refresh
from refresh.progress_file import Progress
from ui import tree_table
from ui.blocks import figures
from ui.blocks.block import ErrorBoundary
from ui.blocks.markdown import plain
from ui.shell import progress
from ui.state.page_context import PageContext, current
from ui.tree_table import Tree, TreeCell, TreeColumn, TreeRow

HEIGHT = 4000  # pixels at the most: these tables are short enough to be seen whole
SECRETS = ("webhook_url",)
TONES = {"complete": "good", "coming": "quiet", "absent": "bad"}


def refresh_box() -> None:
    """Draw the moment of the data, the button that refreshes them in the background, and its progress."""
    context = current()
    with _Card(context, "refresh", "pages.data.state"):
        _draw_refresh(context, _as_of_text(context))


@st.fragment(run_every=1.0)
def _draw_refresh(context: PageContext, as_of: str) -> None:
    words, status = context.words, refresh.status(context.settings)
    running = status is not None and status.is_running
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="refresh_row"):
        st.markdown(as_of, width="content")
        st.space("stretch")
        if st.button(
            words("ui.refresh.start"), type="primary", icon=":material/refresh:", disabled=running, key="refresh_now"
        ):
            refresh.start(context.settings)
            st.rerun(scope="fragment")
    if status is None:
        return
    for notice in status.notices:
        st.warning(plain(_message_text(notice, words)), icon=":material/warning:")
    if running:
        progress.draw(status, words)
    elif status.error is not None:
        st.error(plain(status.error.text(words.language)), icon=":material/cloud_off:")
        if status.error.key == "pull.foreign":
            _draw_renamed(context)
    _rerun_when_done(status)


def _draw_renamed(context: PageContext) -> None:
    """Draw the button of who knows that the portal is the same one under another name."""
    if st.button(
        context.words("ui.refresh.renamed"), icon=":material/drive_file_rename_outline:", key="refresh_renamed"
    ):
        refresh.start(context.settings, renamed=True)
        st.rerun(scope="fragment")


def _rerun_when_done(status: Progress) -> None:
    """Rerun the whole page once a refresh that was running in the run before has ended."""
    was_running = st.session_state.get("refresh.running", False)
    st.session_state["refresh.running"] = status.is_running
    if was_running and not status.is_running:
        st.rerun()


def _as_of_text(context: PageContext) -> str:
    """The moment the figures are of and, where pulls since have built none, that of the last one; the portal."""
    words, meta = context.words, context.warehouse.meta
    moment = words("pages.data.as_of", moment=context.warehouse.as_of, zone=str(meta["timezone"]))
    texts = [words("pages.data.portal", host=str(meta["portal_host"]))]
    manifest = Snapshots(context.settings.snapshots_dir).manifest_if_known()
    if manifest is not None:
        checked = _local(context, manifest.as_of)
        if checked.replace(tzinfo=None) > context.warehouse.as_of:
            texts.append(words("pages.data.checked", moment=checked))
    return " · ".join([f"**{plain(moment)}**", *map(plain, texts)])


def entity_table() -> None:
    """Draw each entity: its status, how many rows, when it was pulled, and what to do where something is missing."""
    context = current()
    with _Card(context, "entities", "pages.data.entities"):
        manifest = Snapshots(context.settings.snapshots_dir).manifest()
        words = context.words
        columns = ("entity", "status", "rows", "pulled_at", "reason")
        rows = [_entity_row(context, manifest, name) for name in ENTITIES]
        _draw_table(words, "entities", columns, rows, ("rows",))
        if manifest is not None:
            st.caption(plain(_sweep_text(context, manifest.sweep)))
        for note in manifest.notes if manifest else ():
            st.caption(plain(_message_text(note, words)))


def _sweep_text(context: PageContext, sweep: SweepState) -> str:
    """How far the sweep of all fields is, or when the last one ended, and what it has put right."""
    words = context.words
    if sweep.is_under_way:
        found = _found_text(words, sweep.found)
        return words("pages.data.sweep_going", entity=_entity_name(words, sweep.entity), found=found)
    if sweep.ended_at is None:
        return words("pages.data.sweep_waiting")
    moment = _moment_text(context, sweep.ended_at)
    return words("pages.data.sweep", moment=moment, found=_found_text(words, sweep.last_found))


def _found_text(words: Words, found: Mapping[str, int]) -> str:
    counts = [f"{_entity_name(words, entity)} {words.number(count)}" for entity, count in found.items() if count]
    return ", ".join(counts) or words.number(0)


def failed_casts() -> None:
    """Draw how many values of each column could not be cast to its type."""
    context = current()
    with _Card(context, "casts", "pages.data.casts"):
        words = context.words
        records = query.ask(context.warehouse, "failed_casts", context.filters()).records()
        if not records:
            st.markdown(f":material/check_circle: {plain(words('pages.data.no_casts'))}")
            return
        rows = [
            [
                TreeCell(_entity_name(words, row["entity"])),
                TreeCell(row["column_name"]),
                _count_cell(words, row["failed"]),
            ]
            for row in records
        ]
        _draw_table(words, "casts", ("entity", "column", "failed"), rows, ("failed",))
        st.caption(plain(words("pages.data.casts_note")))


def settings_table() -> None:
    """Draw every setting in force; of the webhook only whether it is set."""
    context = current()
    with _Card(context, "settings", "pages.data.settings"):
        words, settings = context.words, context.settings
        rows = []
        for name in type(settings).model_fields:
            value = _setting_text(words, name, getattr(settings, name))
            rows.append([TreeCell(f"VITRINA_{name.upper()}"), TreeCell(value), TreeCell(words(f"ui.setting.{name}"))])
        _draw_table(words, "settings", ("setting", "value", "meaning"), rows)
        st.caption(plain(words("pages.data.settings_note")))


class _Card(ErrorBoundary):
    """A card of a service page, with an error boundary; ``title`` is a catalogue key."""

    def __init__(self, context: PageContext, name: str, title: str) -> None:
        super().__init__(context, name)
        self.box = st.container(border=True, key=f"block_{name}")
        self.title = title

    def __enter__(self) -> None:
        self.box.__enter__()
        st.markdown(f"#### {plain(self.context.words(self.title))}", anchors=False)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        silenced = super().__exit__(kind, error, trace)
        self.box.__exit__(None, None, None)
        return silenced


def _draw_table(
    words: Words, name: str, columns: Sequence[str], rows: Sequence[Sequence[TreeCell]], right: Sequence[str] = ()
) -> None:
    label = words(f"pages.data.{name}")
    headings = [
        TreeColumn(words(f"pages.data.column.{name}"), align="end" if name in right else "wide") for name in columns
    ]
    tree_rows = [TreeRow(str(index), cells) for index, cells in enumerate(rows)]
    tree_table.draw(Tree(label, headings, tree_rows, height=HEIGHT, first=len(tree_rows)), words, key=f"table_{name}")


def _entity_row(context: PageContext, manifest: Manifest | None, name: str) -> list[TreeCell]:
    words = context.words
    state = (manifest.state(name) if manifest else None) or EntityState("coming")
    reason = _message_text(state.reason, words) if state.reason else ""
    if state.status == "coming":
        reason = words("pages.data.coming")
    return [
        TreeCell(_entity_name(words, name), _entity_name(words, name)),
        TreeCell(words(f"pages.data.status.{state.status}"), state.status, tone=TONES[state.status]),
        _count_cell(words, state.rows),
        TreeCell(_moment_text(context, state.pulled_at), state.pulled_at),
        TreeCell(reason, reason),
    ]


def _count_cell(words: Words, value: int) -> TreeCell:
    return TreeCell(words.number(value), figures.sort_value(value))


def _entity_name(words: Words, name: str) -> str:
    return words(f"entity.{name}") if words.has(f"entity.{name}") else name


def _message_text(message: Message, words: Words) -> str:
    """What a stored message says; that it is unknown here where a version that knew more texts has written it."""
    try:
        return message.text(words.language)
    except KeyError:
        return words("pages.data.unexplained")


def _moment_text(context: PageContext, text: str | None) -> str:
    if not text:
        return context.words.moment(None)
    return context.words.moment(_local(context, text))


def _local(context: PageContext, text: str) -> datetime:
    """A moment (ISO) in the zone of the figures."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(str(context.warehouse.meta["timezone"])))


def _setting_text(words: Words, name: str, value: object) -> str:
    if name in SECRETS:
        return words("pages.data.is_set" if value else "pages.data.is_not_set")
    if value is None or value in ("", ()):
        return words("pages.data.default_empty")
    if isinstance(value, bool):
        return words("ui.yes" if value else "ui.no")
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return str(value)
