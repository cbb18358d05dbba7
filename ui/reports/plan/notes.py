"""Notes under the blocks of the plan: filters it ignores, bonus steps nobody can reach, who sold without a plan."""

from metrics.query.filters import LIST_FILTERS, PLAN
from ui.state.page_context import PageContext


def plan_untouched(context: PageContext) -> str | None:
    """The note which filters in force narrow the fact and not the plan; None without any."""
    return _untouched_note(context, "pages.plan.untouched")


def plan_and_bonus_untouched(context: PageContext) -> str | None:
    """`plan_untouched` for blocks that show bonuses."""
    return _untouched_note(context, "pages.plan.untouched_bonus")


def idle_steps(context: PageContext) -> str | None:
    """How many rows of the plan have bonus steps and no plan to meet, and how many sold without a plan."""
    records = context.table("plan_pitfalls").records()
    if not records:
        return None
    row = records[0]
    found = []
    if row["idle_step_rows"]:
        found.append(context.words("pages.plan.idle_steps", count=row["idle_step_rows"]))
    if row["plan_rows"] and row["unplanned_people"]:
        amount = context.words.short_money(row["unplanned_sum"], context.currency)
        found.append(context.words("pages.plan.unplanned", count=row["unplanned_people"], sum=amount))
    return " ".join(found) or None


def _untouched_note(context: PageContext, key: str) -> str | None:
    names = [name for name in context.in_force() if PLAN not in LIST_FILTERS[name].narrows]
    listed = ", ".join(context.words(f"ui.filter.{name}") for name in names)
    return context.words(key, filters=listed) if names else None
