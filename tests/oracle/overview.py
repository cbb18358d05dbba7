"""The overview: the year before, and the figures of the sentences that are worth it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.oracle.leads import lead_figures, received
from tests.oracle.lists import source_columns
from tests.oracle.managers import manager_activity, manager_results
from tests.oracle.periods import Range, add_months, month_end, previous_period
from tests.oracle.plan import plan_summary, planned, touched, working
from tests.oracle.plan_page import plan_laggards, plan_pace_total
from tests.oracle.sales import Figures, by, closed_figures, ratio
from tests.oracle.scope import Scope
from tests.oracle.stays import longest_stages
from tests.oracle.visits import deal_stage_duration_total
from tests.oracle.waiting import created, forgotten_by_employee, forgotten_summary

Rows = list[dict[str, Any]]
YEAR = -12


def year_before(scope: Scope) -> Range | None:
    """The period's days that have come, a year earlier; whole months stay whole."""
    start, end = scope.period.start, min(scope.period.end, scope.rules.as_of_day)
    if start > end:
        return None
    last = add_months(end, YEAR)
    return Range(add_months(start, YEAR), month_end(last) if start.day == 1 and end == month_end(end) else last)


def _then(scope: Scope) -> tuple[Figures, Figures]:
    days = year_before(scope)
    if days is None:
        return closed_figures((), scope.period), lead_figures((), (), scope.period)
    return closed_figures(scope.deals, days), lead_figures(scope.leads, scope.deals, days)


def overview_year_ago(scope: Scope) -> Rows:
    days, (sales, leads) = year_before(scope), _then(scope)
    return [
        {
            "year_ago_count": sales["won_count"],
            "year_ago_sum": sales["won_sum"],
            "year_ago_conversion": sales["conversion"],
            "year_ago_received": leads["received"],
            "year_ago_conversion_to_deal": leads["conversion_to_deal"],
            "year_ago_from": days.start if days else None,
            "year_ago_to": days.end if days else None,
        }
    ]


def overview_change(scope: Scope) -> Rows:
    sales, leads = closed_figures(scope.deals, scope.period), lead_figures(scope.leads, scope.deals, scope.period)
    sales_then, leads_then = _then(scope)
    told = [(column, sales, sales_then) for column in ("won_count", "won_sum", "conversion")]
    told += [(column, leads, leads_then) for column in ("received", "conversion_to_deal")]
    row = {}
    for column, now, then in told:
        if now[column] is None or then[column] is None:
            change = None
        elif column.startswith("conversion"):
            change = now[column] - then[column]
        else:
            change = ratio(now[column] - then[column], then[column])
        row[f"{column}_year_change"] = change
    return [row]


def overview_plan(scope: Scope) -> Rows:
    plan = plan_summary(scope)[0]
    due = plan["plan_to_date"] / float(plan["plan_sum"]) if plan["plan_sum"] else None
    on_pace = plan["completion_to_date"] is not None and plan["completion_to_date"] >= 1
    months = touched(scope.period)
    filled = {row.month for row in planned(scope, months) if not row.is_nothing}
    told = {"has_plan": bool(plan["plan_sum"] or plan["plan_count"]), "to_date_share": due, "is_on_pace": on_pace}
    return [told | {"planned_months": len(filled), "touched_months": len(months)}]


def overview_plan_behind(scope: Scope) -> Rows:
    total = plan_pace_total(scope)[0]
    if total["month"] not in {month.start for month in touched(scope.period)}:
        return []
    columns = ("employee_id", "employee", "plan_sum", "fact_sum", "plan_to_date", "completion_to_date", "behind_sum")
    return [
        {column: row[column] for column in columns}
        | {"concern": row["behind_sum"] / total["plan_to_date"] if total["plan_to_date"] else None}
        for row in plan_laggards(scope)[:1]
        if row["completion_to_date"] is not None and row["completion_to_date"] <= 0.8 and total["come_days"] >= 5
    ]


def has_leads(scope: Scope) -> bool:
    modes = {str(row.get("LEADS_MODE")) for row in scope.model.tables.get("portal", ())}
    days = [lead.created_on for lead in scope.model.leads.values() if lead.created_on]
    return "2" not in modes and bool(days) and max(days) >= add_months(scope.rules.as_of_day, YEAR)


def overview_source_fall(scope: Scope) -> Rows:
    earlier = previous_period(scope.period.start, scope.period.end, scope.rules.as_of_day)
    if earlier is None or not has_leads(scope):
        return []
    now, then = (by(received(scope, days), lambda lead: lead.source_id) for days in (scope.period, earlier))
    lost = {source: len(leads) - len(now.get(source, ())) for source, leads in then.items()}
    if not lost:
        return []
    source = min(lost, key=lambda source: (-lost[source], source))
    before = len(then[source])
    if lost[source] < 10 or Fraction(lost[source], before) < Fraction(1, 5):
        return []
    return [
        source_columns(scope, source)
        | {
            "received": before - lost[source],
            "previous_received": before,
            "received_change": -lost[source] / before,
            "concern": lost[source] / sum(map(len, then.values())),
        }
    ]


def overview_slow_stage(scope: Scope) -> Rows:
    rows = []
    for row in longest_stages(scope):
        if (row["entity"], row["place"]) == ("deal", 1) and row["days_share"] >= 0.2:
            place = {name: row[name] for name in ("funnel_id", "funnel", "stage_id", "stage", "days_share")}
            keys = ("funnel_id", "stage_id")
            stays = next(s for s in deal_stage_duration_total(scope) if all(s[key] == row[key] for key in keys))
            if stays["visits"] >= 10 and stays["avg_days"] >= 7:
                told = {"avg_days": stays["avg_days"], "visits": stays["visits"], "concern": row["days_share"]}
                rows.append(place | told)
    return rows


def overview_forgotten(scope: Scope) -> Rows:
    columns = ("entity", "forgotten_count", "forgotten_sum", "forgotten_share")
    return [
        {column: row[column] for column in columns} | {"concern": row["forgotten_share"]}
        for row in forgotten_summary(scope)
        if row["forgotten_count"] >= 3 and (row["entity"] == "lead" or row["forgotten_sum"] > 0)
    ]


def _both(row: Figures, what: str) -> int:
    return int(row[f"leads_{what}"] + row[f"deals_{what}"])


def overview_forgetful(scope: Scope) -> Rows:
    rows = forgotten_by_employee(scope)
    rows.sort(key=lambda row: (-_both(row, "forgotten"), -row["deals_sum"], row["employee_id"]))
    if len(rows) < 2 or _both(rows[0], "forgotten") < max(10, _both(rows[0], "created") / 4):
        return []
    columns = ("employee_id", "employee", "leads_created", "leads_forgotten", "deals_created", "deals_forgotten")
    whole = sum(_both(row, "forgotten") for row in rows)
    told = {column: rows[0][column] for column in (*columns, "deals_sum")}
    return [told | {"concern": _both(rows[0], "forgotten") / whole}]


def overview_unplanned(scope: Scope) -> Rows:
    rows = []
    for entity, entities in (("lead", scope.leads if has_leads(scope) else []), ("deal", scope.deals)):
        came = created(scope, entities)
        bare = [one for one in came if one.in_work and not scope.activities.plans_of(one)]
        if len(bare) >= max(5, len(came) / 10):
            told = {"created_count": len(came), "unplanned_count": len(bare), "concern": len(bare) / len(came)}
            rows.append({"entity": entity} | told)
    return rows


def overview_idle(scope: Scope) -> Rows:
    come = Range(scope.period.start, min(scope.period.end, scope.rules.as_of_day))
    people = {row["employee_id"]: row["activities"] for row in manager_activity(scope)}
    everyone = manager_activity(Scope(scope.model, scope.activities, _of_everyone(scope)))
    idle = [
        row
        for row in manager_results(scope)
        if people.get(row["employee_id"]) == 0 and row["leads_in_work"] + row["in_work_count"]
    ]
    if not idle or working(scope, come) < 5:
        return []
    idle.sort(key=lambda r: (-r["in_work_sum"], -r["in_work_count"], -r["leads_in_work"], r["employee_id"]))
    columns = ("employee_id", "employee", "leads_in_work", "in_work_count", "in_work_sum")
    return [{column: idle[0][column] for column in columns} | {"concern": len(idle) / len(everyone)}]


def _of_everyone(scope: Scope) -> Any:
    """The same filters, but those of people."""
    return type(scope.filters)(**{**vars(scope.filters), "employees": (), "departments": ()})


VIEWS = {
    view.__name__: view
    for view in (
        overview_year_ago,
        overview_change,
        overview_plan,
        overview_plan_behind,
        overview_source_fall,
        overview_slow_stage,
        overview_forgotten,
        overview_forgetful,
        overview_unplanned,
        overview_idle,
    )
}
