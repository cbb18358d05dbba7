"""The eight figures by pandas."""

from typing import Any

import pandas as pd

from benchmarks.peers.frames import (
    CATEGORIES,
    DAY_SECONDS,
    DAYS_BEFORE,
    KINDS,
    OTHERS,
    SHOWN_SOURCES,
    TABLES,
    Frames,
    Peer,
    Question,
    Rows,
)
from metrics.warehouse.connection import Warehouse

Frame = pd.DataFrame
Flags = Any  # a column of truths


def read(warehouse: Warehouse) -> Frames:
    """All tables."""
    cursor = warehouse.cursor()
    frames = {name: cursor.execute(statement).df() for name, statement in TABLES.items()}
    for name, columns in CATEGORIES.items():
        frames[name] = frames[name].astype(dict.fromkeys(columns, "category"))
    return frames


def rows(frame: Frame) -> Rows:
    """Every row, days as days and what is missing as None."""
    told = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [
        {str(name): value.date() if isinstance(value, pd.Timestamp) else value for name, value in row.items()}
        for row in told
    ]


def activity(frames: Frames, asked: Question) -> Frame:
    """Work by employee and kind, and the share of the company's points."""
    work, leads, deals = frames["work"], frames["leads"], frames["deals"]
    first, last = _ends(asked)
    seen = work[(work["day"] >= first - pd.Timedelta(days=DAYS_BEFORE)) & (work["day"] <= last)]
    now = seen[seen["day"] >= first]
    kinds = now.groupby(["employee_id", "kind"], observed=True).size().unstack(fill_value=0)
    by_kind = kinds.reindex(columns=list(KINDS), fill_value=0).set_axis(list(KINDS.values()), axis=1)
    sums = now.groupby("employee_id").agg(
        activities=("kind", "size"), call_minutes=("seconds", "sum"), points=("points", "sum")
    )
    people = frames["employees"].set_index("employee_id")
    found = people.join(by_kind).join(sums)
    has_worked = found["activities"].notna()
    busy = [
        seen.loc[seen["day"] < first, "employee_id"],
        leads.loc[leads["is_open"] & (leads["created_on"] <= last), "employee_id"],
        deals.loc[deals["is_open"] & (deals["created_on"] <= last), "employee_id"],
    ]
    is_busy = found.index.isin(pd.concat([some.drop_duplicates() for some in busy]))
    figures = [*KINDS.values(), "activities", "call_minutes", "points"]
    found[figures] = found[figures].fillna(0)
    company = found["points"].sum()
    found["activity_index"] = 100.0 * found["points"] / company if company else None
    found["call_minutes"] /= 60.0
    found["points"] /= 10_000
    figure: Frame = found[has_worked | (found["is_active"] & is_busy)].drop(columns="is_active").reset_index()
    return figure


def sales(frames: Frames, asked: Question) -> Frame:
    """What each employee opened, won, lost, has in work, and sold again."""
    deals = frames["deals"]
    created, is_closed = _within(deals["created_on"], asked), _within(deals["closed_on"], asked)
    in_work = deals["is_open"] & (deals["created_on"] <= _ends(asked)[1])
    some = deals[created | is_closed | in_work]
    flags = {
        "created": created,
        "won": is_closed & (deals["state"] == "won"),
        "lost": is_closed & (deals["state"] == "lost"),
        "in_work": in_work,
    }
    flags |= {"repeat": flags["won"] & deals["is_repeat"], "new": flags["won"] & deals["is_new"]}
    counted = {f"{name}_count": flag for name, flag in flags.items()}
    summed = {f"{name}_sum": deals["kopecks"].where(flag, 0) for name, flag in flags.items() if name != "created"}
    wide = some[["employee_id"]].assign(**counted, **summed, cycle=deals["cycle_days"].where(flags["won"]))
    by = wide.groupby("employee_id")
    found = by[[*counted, *summed]].sum()
    found["avg_cycle_days"] = by["cycle"].mean()
    for name in summed:
        found[name] = found[name] / 100
    found["avg_check"] = _ratio(found["won_sum"], found["won_count"])
    found["conversion"] = _ratio(found["won_count"], found["won_count"] + found["lost_count"])
    found["repeat_share"] = _ratio(found["repeat_sum"], found["new_sum"] + found["repeat_sum"])
    return _with_people(frames, found.drop(columns=["new_count", "new_sum"]))


def conversion(frames: Frames, asked: Question) -> Frame:
    """How many deals created in the period were on each stage, came that far, and skipped it."""
    deals, reach, stages = frames["deals"], frames["reach"], frames["stages"]
    created = deals.loc[_within(deals["created_on"], asked), ["funnel_id", "furthest_sort"]]
    total = created.groupby("funnel_id").size().rename("total").reset_index()
    furthest = created.groupby(["funnel_id", "furthest_sort"]).size().rename("further").reset_index()
    behind = stages[["funnel_id", "stage_id", "stage_sort"]].merge(furthest, on="funnel_id")
    further = behind[behind["furthest_sort"] > behind["stage_sort"]].groupby(["funnel_id", "stage_id"])["further"].sum()
    reached = (
        reach[_within(reach["created_on"], asked)]
        .groupby(["funnel_id", "stage_id"], observed=True)["goes_further"]
        .agg(deal_count="size", gone="sum")
        .reset_index()
    )
    reached["stage_id"] = reached["stage_id"].astype("str")
    key = ["funnel_id", "stage_id"]
    found = stages.merge(reached, how="left", on=key).merge(further.reset_index(), how="left", on=key)
    figures = ["deal_count", "gone", "further"]
    found[figures] = found[figures].fillna(0)
    found = found[found["in_dictionary"] | (found["deal_count"] > 0)].merge(total, how="left", on="funnel_id")
    beyond = (found["further"] - found["gone"]).where(found["state"] != "lost", 0)
    found["reached_count"] = found["deal_count"] + beyond
    found["skipped_count"] = beyond.where(~found["state"].isin(["won", "lost"]), 0)
    found["conversion"] = found["deal_count"] / found["total"]
    figure: Frame = found.drop(columns=["in_dictionary", "gone", "further", "total"]).merge(
        frames["funnels"], on="funnel_id"
    )
    return figure


def stays(frames: Frames, asked: Question) -> Frame:
    """How long deals stay with whom on which stage."""
    all_stays, last = frames["stays"], _ends(asked)[1]
    is_open = all_stays["ended_on"].isna()
    some = all_stays[_within(all_stays["ended_on"], asked) | (is_open & (all_stays["started_on"] <= last))]
    some = some.assign(is_open=is_open, open_days=some["days"].where(is_open))
    found = (
        some.groupby(["funnel_id", "employee_id", "stage_id"], observed=True)
        .agg(
            visits=("days", "size"),
            avg_days=("days", "mean"),
            max_days=("days", "max"),
            open_visits=("is_open", "sum"),
            open_avg_days=("open_days", "mean"),
        )
        .reset_index()
    )
    found["stage_id"] = found["stage_id"].astype("str")
    stages = frames["stages"][["funnel_id", "stage_id", "stage", "stage_sort"]]
    found = found.merge(stages, on=["funnel_id", "stage_id"]).merge(frames["funnels"], on="funnel_id")
    figure: Frame = found.merge(frames["employees"][["employee_id", "employee"]], on="employee_id")
    return figure


def forgotten(frames: Frames, asked: Question) -> Frame:
    """Of the leads and deals created in the period: how many of whose are forgotten, and the deals' sum."""
    parts = []
    for name, days in (("leads", asked.lead_days), ("deals", asked.deal_days)):
        table = frames[name]
        some = table[_within(table["created_on"], asked)]
        is_forgotten = some["is_open"] & (some["silent_seconds"] >= days * DAY_SECONDS)
        figures = {f"{name}_created": True, f"{name}_forgotten": is_forgotten}
        if name == "deals":
            figures["deals_sum"] = some["kopecks"].where(is_forgotten, 0)
        parts.append(some[["employee_id"]].assign(**figures).groupby("employee_id").sum())
    found = parts[0].join(parts[1], how="outer").fillna(0)
    found["deals_sum"] /= 100
    found["leads_share"] = _ratio(found["leads_forgotten"], found["leads_created"])
    found["deals_share"] = _ratio(found["deals_forgotten"], found["deals_created"])
    return _with_people(frames, found)


def sources(frames: Frames, asked: Question) -> Frame:
    """What became of leads, and of sales with a lead behind them, by source and month."""
    leads, deals = frames["leads"], frames["deals"]
    came = leads.loc[_within(leads["created_on"], asked), ["created_on", "source_id", "state"]]
    ended = leads.loc[_within(leads["closed_on"], asked), ["closed_on", "source_id", "state", "cycle_days"]]
    is_sale = (deals["state"] == "won") & (deals["lead_id"] != 0) & _within(deals["closed_on"], asked)
    sold = deals.loc[is_sale, ["closed_on", "source_id", "kopecks", "cycle_days"]]
    received = _by_month(came.assign(new=came["state"] == "new", in_work=came["state"] == "in_work"), "created_on")
    closed = _by_month(
        ended.assign(qualified=ended["state"] == "qualified", junk=ended["state"] == "junk"), "closed_on"
    )
    won = _by_month(sold, "closed_on")
    found = pd.concat(
        [
            received.agg(received=("new", "size"), new=("new", "sum"), in_work=("in_work", "sum")),
            closed.agg(qualified=("qualified", "sum"), junk=("junk", "sum"), avg_lead_days=("cycle_days", "mean")),
            won.agg(
                sales_count=("kopecks", "size"), sales_sum=("kopecks", "sum"), avg_sale_days=("cycle_days", "mean")
            ),
        ],
        axis=1,
    )
    months = pd.date_range(asked.first.replace(day=1), asked.last, freq="MS")
    present = found.index.get_level_values("source_id").unique()
    found = found.reindex(pd.MultiIndex.from_product([months, present], names=["bucket", "source_id"]))
    figures = ["received", "qualified", "junk", "new", "in_work", "sales_count", "sales_sum"]
    found[figures] = found[figures].fillna(0)
    found["sales_sum"] /= 100
    found["conversion_to_deal"] = _ratio(found["qualified"], found["received"])
    found["quality"] = _ratio(found["qualified"], found["qualified"] + found["junk"])
    found["revenue_per_lead"] = _ratio(found["sales_sum"], found["received"])
    figure: Frame = found.reset_index().astype({"source_id": "str"}).merge(frames["sources"], on="source_id")
    return figure


def purchases(frames: Frames, asked: Question) -> Frame:
    """How much of the period's purchases is of new clients, and how much of returning ones."""
    deals = frames["deals"]
    won = deals[(deals["state"] == "won") & _within(deals["closed_on"], asked)]
    new, repeat = won.loc[won["is_new"], "kopecks"], won.loc[won["is_repeat"], "kopecks"]
    count, summed = len(new) + len(repeat), new.sum() + repeat.sum()
    told = {
        "new_count": len(new),
        "new_sum": new.sum() / 100,
        "repeat_count": len(repeat),
        "repeat_sum": repeat.sum() / 100,
        "repeat_count_share": len(repeat) / count if count else None,
        "repeat_sum_share": repeat.sum() / summed if summed else None,
    }
    return Frame([told])


def leading(frames: Frames, asked: Question) -> Frame:
    """Leads day by day of the five sources that bring most, and of all others together."""
    leads = frames["leads"]
    came = leads.loc[_within(leads["created_on"], asked), ["created_on", "source_id"]]
    by_source = came.groupby("source_id", observed=True).size().rename("received").reset_index()
    by_source["source_id"] = by_source["source_id"].astype("str")
    ranked = by_source.sort_values(["received", "source_id"], ascending=[False, True])
    top = ranked["source_id"].head(SHOWN_SOURCES).tolist()
    by_day = came.groupby(["created_on", "source_id"], observed=True).size().unstack(fill_value=0)
    by_day.columns = by_day.columns.astype("str")
    shown = by_day[top]
    if len(ranked) > SHOWN_SOURCES:
        shown = shown.assign(**{OTHERS[0]: by_day.drop(columns=top).sum(axis=1)})
    days = pd.date_range(asked.first, asked.last, name="day")
    dense = shown.reindex(days, fill_value=0).rename_axis(columns="source_id")
    names = pd.concat([frames["sources"], Frame([OTHERS], columns=["source_id", "source"])])
    figure: Frame = dense.stack().rename("received").reset_index().merge(names, on="source_id")
    return figure


def _ends(asked: Question) -> tuple[pd.Timestamp, pd.Timestamp]:
    return pd.Timestamp(asked.first), pd.Timestamp(asked.last)


def _within(days: Any, asked: Question) -> Flags:
    first, last = _ends(asked)
    return (days >= first) & (days <= last)


def _ratio(part: Any, whole: Any) -> Any:
    return part / whole.where(whole != 0)


def _with_people(frames: Frames, found: Frame) -> Frame:
    people = frames["employees"].drop(columns="is_active")
    figure: Frame = people.merge(found.reset_index(), on="employee_id")
    return figure


def _by_month(events: Frame, day: str) -> Any:
    month = events[day].dt.to_period("M").dt.to_timestamp().rename("bucket")
    return events.groupby([month, "source_id"], observed=True)


FIGURES = {made.__name__: made for made in (activity, sales, conversion, stays, forgotten, sources, purchases, leading)}
PANDAS = Peer(f"pandas {pd.__version__}", read, FIGURES, rows)
