"""A refresh as it goes: what is being pulled, how fast, how long it will take."""

from html import escape

import streamlit as st

from language import Words
from refresh.progress_file import EntityLine, Progress

SIGNS = {"waiting": "○", "running": "◐", "done": "●", "absent": "–"}


def draw(told: Progress, words: Words) -> None:
    """The headline, a bar, and a line an entity."""
    st.markdown(f"**{_headline(told, words)}**")
    if not told.entities:
        return
    done = sum(line.state in ("done", "absent") for line in told.entities)
    share = 1.0 if told.state == "building" else done / max(1, len(told.entities))
    st.progress(share, text=_pace(told, words))
    lines = "".join(_line(line, words) for line in told.entities)
    st.html(f'<div class="entities">{lines}</div>')


def _headline(told: Progress, words: Words) -> str:
    if told.state == "building":
        return words("ui.refresh.building")
    if not told.entities:
        return words("ui.refresh.connecting")
    return words("ui.refresh.first_phase" if told.phase == 1 else "ui.refresh.second_phase")


def _pace(told: Progress, words: Words) -> str:
    parts = [words("ui.refresh.rows", count=told.rows)]
    if told.rows_per_second:
        parts.append(words("ui.refresh.rate", rate=words.number(told.rows_per_second)))
    if told.seconds_left is not None:
        parts.append(words("ui.refresh.left", time=words.duration(told.seconds_left)))
    return " · ".join(parts)


def _line(line: EntityLine, words: Words) -> str:
    name = words(f"entity.{line.entity}") if words.has(f"entity.{line.entity}") else line.entity
    rows = words.number(line.rows) if line.rows or line.state == "done" else ""
    return (
        f'<div class="{escape(line.state)}"><i>{SIGNS.get(line.state, "")}</i>'
        f"<span>{escape(name)}</span><b>{escape(rows)}</b></div>"
    )
