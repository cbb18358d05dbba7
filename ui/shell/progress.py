"""The progress of a refresh: what is being pulled, how fast, how long it will take."""

from html import escape

import streamlit as st

from language import Words
from refresh.progress_file import EntityLine, Progress

SIGNS = {"waiting": "○", "running": "◐", "done": "●", "absent": "–"}
PHASES = {1: "ui.refresh.first_phase", 2: "ui.refresh.second_phase", 3: "ui.refresh.third_phase"}


def draw(progress: Progress, words: Words) -> None:
    """Draw a headline, a bar, and a line an entity."""
    st.markdown(f"**{_headline(progress, words)}**")
    if not progress.entities:
        return
    done = sum(line.state in ("done", "absent") for line in progress.entities)
    share = 1.0 if progress.state == "building" else done / max(1, len(progress.entities))
    st.progress(share, text=_speed(progress, words))
    lines = "".join(_line(line, words) for line in progress.entities)
    st.html(f'<div class="entities">{lines}</div>')


def _headline(progress: Progress, words: Words) -> str:
    if progress.state == "building":
        return words("ui.refresh.building")
    if not progress.entities:
        return words("ui.refresh.connecting")
    return words(PHASES[progress.phase])


def _speed(progress: Progress, words: Words) -> str:
    parts = [words("ui.refresh.rows", count=progress.rows)]
    if progress.rows_per_second:
        parts.append(words("ui.refresh.rate", rate=words.number(progress.rows_per_second)))
    if progress.seconds_left is not None:
        parts.append(words("ui.refresh.left", time=words.duration(progress.seconds_left)))
    return " · ".join(parts)


def _line(line: EntityLine, words: Words) -> str:
    name = words(f"entity.{line.entity}") if words.has(f"entity.{line.entity}") else line.entity
    rows = words.number(line.rows) if line.rows or line.state == "done" else ""
    return (
        f'<div class="{escape(line.state)}"><i>{SIGNS.get(line.state, "")}</i>'
        f"<span>{escape(name)}</span><b>{escape(rows)}</b></div>"
    )
