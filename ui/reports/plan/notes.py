"""Lines under the blocks of the plan: filters it does not follow, steps nobody can reach, who sold without a plan."""

from ui.state.page_context import Visit

PLAN_FOLLOWS = ("funnels", "departments", "employees")


def plan_untouched(visit: Visit) -> str | None:
    """Under a filter that narrows the fact alone: the plan stays whole."""
    return _told(visit, "pages.plan.untouched")


def plan_and_bonus_untouched(visit: Visit) -> str | None:
    """The same, where bonuses are shown."""
    return _told(visit, "pages.plan.untouched_bonus")


def idle_steps(visit: Visit) -> str | None:
    """How many rows of the plan have bonus steps and no plan to meet, and how many sold without a plan."""
    records = visit.table("plan_pitfalls").records()
    if not records:
        return None
    row = records[0]
    found = []
    if row["idle_step_rows"]:
        found.append(visit.words("pages.plan.idle_steps", count=row["idle_step_rows"]))
    if row["plan_rows"] and row["unplanned_people"]:
        amount = visit.words.short_money(row["unplanned_sum"], visit.currency)
        found.append(visit.words("pages.plan.unplanned", count=row["unplanned_people"], sum=amount))
    return " ".join(found) or None


def _told(visit: Visit, key: str) -> str | None:
    names = [name for name in visit.in_force() if name not in PLAN_FOLLOWS]
    listed = ", ".join(visit.words(f"ui.filter.{name}") for name in names)
    return visit.words(key, filters=listed) if names else None
