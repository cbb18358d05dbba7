"""The plan's step of a refresh: a linked sheet is read; the demo company is given a plan where it has none."""

from collections.abc import Callable

from crm.settings import Settings
from demo.plan import give_plan
from inputs.plan.people import named
from inputs.plan.sync import sync
from language import ExplainedError, Message


def refresh_plan(settings: Settings, on_notice: Callable[[Message], None]) -> None:
    """Bring the plan up to date. A failure is a notice, and told in the plan's store: what was read last stands."""
    try:
        if settings.plan_sheet_url:
            names = named(settings)
            sync(settings, names.employees, names.funnels, language=settings.language or "ru")
        elif settings.is_demo:
            give_plan(settings)
    except ExplainedError as error:
        on_notice(error.message)
