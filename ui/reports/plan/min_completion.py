"""The share of the plan that earns a bonus: a control in percent, kept in the address."""

from decimal import Decimal

import streamlit as st

from ui.state import url_state
from ui.state.page_context import current

KEY = "plan_min_completion"
MOST, STEP = 1000, 5  # percent
PERCENT = Decimal(100)


def min_completion_control(_: str) -> None:
    """Draw the control of the percent of the plan from which a bonus is due; bonuses follow at once."""
    context = current()
    st.session_state[KEY] = float(context.filters().min_completion * PERCENT)
    st.number_input(
        context.words("pages.plan.min_completion"),
        min_value=0.0,
        max_value=float(MOST),
        step=float(STEP),
        format="%.10g",
        key=KEY,
        width=190,
        help=context.words("pages.plan.min_completion_help"),
        on_change=_apply,
    )


def _apply() -> None:
    percent = Decimal(str(round(st.session_state[KEY], 2)))  # the address keeps four places of a fraction
    url_state.choose(min_completion=percent / PERCENT)
