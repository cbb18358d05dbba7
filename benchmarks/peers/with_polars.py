"""The eight figures by polars, lazily, so that it may plan each as a whole. Imported by `comparison` alone."""

from typing import Any

import polars as pl

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


def read(warehouse: Warehouse) -> Frames:
    """All tables, ready to be asked lazily."""
    cursor = warehouse.cursor()
    frames = {}
    for name, statement in TABLES.items():
        frame = pl.from_arrow(cursor.sql(statement).to_arrow_table(), rechunk=True)
        categories = [pl.col(column).cast(pl.Categorical) for column in CATEGORIES.get(name, ())]
        frames[name] = frame.with_columns(categories).lazy()
    return frames


def rows(frame: Any) -> Rows:
    """Every row."""
    return list(frame.to_dicts())


def activity(frames: Frames, asked: Question) -> Any:
    """Work by employee and kind, and the share of the company's points."""
    first, last = pl.lit(asked.first), pl.lit(asked.last)
    is_now = pl.col("day") >= first
    done = (
        frames["work"]
        .filter((pl.col("day") >= first - pl.duration(days=DAYS_BEFORE)) & (pl.col("day") <= last))
        .group_by("employee_id")
        .agg(
            *[(is_now & (pl.col("kind") == kind)).sum().alias(name) for kind, name in KINDS.items()],
            is_now.sum().alias("activities"),
            (pl.col("seconds").filter(is_now).sum() / 60.0).alias("call_minutes"),
            pl.col("points").filter(is_now).sum(),
            (~is_now).any().alias("was_busy"),
        )
    )
    busy = [
        frames[name]
        .filter(pl.col("is_open") & (pl.col("created_on") <= last))
        .select("employee_id")
        .unique()
        .with_columns(pl.lit(value=True).alias(f"has_{name}"))
        for name in ("leads", "deals")
    ]
    people = frames["employees"].join(done, on="employee_id", how="left")
    for some in busy:
        people = people.join(some, on="employee_id", how="left")
    is_busy = pl.any_horizontal(
        *[pl.col(name).fill_null(value=False) for name in ("was_busy", "has_leads", "has_deals")]
    )
    figures = [*KINDS.values(), "activities", "call_minutes", "points"]
    company = pl.col("points").sum()
    index = pl.when(company != 0).then(100.0 * pl.col("points") / company)
    return (
        people.with_columns(pl.col(figures).fill_null(0))
        .with_columns(index.alias("activity_index"), pl.col("points") / 10_000)
        .filter((pl.col("activities") > 0) | (pl.col("is_active") & is_busy))
        .drop("is_active", "was_busy", "has_leads", "has_deals")
        .collect()
    )


def sales(frames: Frames, asked: Question) -> Any:
    """What each employee opened, won, lost, has in work, and sold again."""
    created, is_closed = _within("created_on", asked), _within("closed_on", asked)
    in_work = pl.col("is_open") & (pl.col("created_on") <= pl.lit(asked.last))
    won, lost = is_closed & (pl.col("state") == "won"), is_closed & (pl.col("state") == "lost")
    again, anew = won & pl.col("is_repeat"), won & pl.col("is_new")
    flags = {"won": won, "lost": lost, "in_work": in_work, "repeat": again, "new": anew}
    found = (
        frames["deals"]
        .filter(created | is_closed | in_work)
        .group_by("employee_id")
        .agg(
            created.sum().alias("created_count"),
            *[flag.sum().alias(f"{name}_count") for name, flag in flags.items()],
            *[_rubles(flag).alias(f"{name}_sum") for name, flag in flags.items()],
            pl.col("cycle_days").filter(won).mean().alias("avg_cycle_days"),
        )
        .with_columns(
            _ratio(pl.col("won_sum"), pl.col("won_count")).alias("avg_check"),
            _ratio(pl.col("won_count"), pl.col("won_count") + pl.col("lost_count")).alias("conversion"),
            _ratio(pl.col("repeat_sum"), pl.col("new_sum") + pl.col("repeat_sum")).alias("repeat_share"),
        )
        .drop("new_count", "new_sum")
    )
    return _with_people(frames, found)


def conversion(frames: Frames, asked: Question) -> Any:
    """How many deals created in the period were on each stage, came that far, and skipped it."""
    key = ["funnel_id", "stage_id"]
    furthest = (
        frames["deals"]
        .filter(_within("created_on", asked))
        .group_by("funnel_id", "furthest_sort")
        .agg(pl.len().alias("further"))
    )
    total = furthest.group_by("funnel_id").agg(pl.col("further").sum().alias("total"))
    further = (
        frames["stages"]
        .join(furthest, on="funnel_id")
        .filter(pl.col("furthest_sort") > pl.col("stage_sort"))
        .group_by(key)
        .agg(pl.col("further").sum())
    )
    reached = (
        frames["reach"]
        .filter(_within("created_on", asked))
        .group_by(key)
        .agg(pl.len().alias("deal_count"), pl.col("goes_further").sum().alias("gone"))
        .with_columns(pl.col("stage_id").cast(pl.String))
    )
    beyond = pl.col("further").cast(pl.Int64) - pl.col("gone").cast(pl.Int64)
    return (
        frames["stages"]
        .join(reached, on=key, how="left")
        .join(further, on=key, how="left")
        .with_columns(pl.col("deal_count", "gone", "further").fill_null(0))
        .filter(pl.col("in_dictionary") | (pl.col("deal_count") > 0))
        .join(total, on="funnel_id", how="left")
        .join(frames["funnels"], on="funnel_id")
        .with_columns(pl.when(pl.col("state") == "lost").then(0).otherwise(beyond).alias("beyond"))
        .with_columns(
            (pl.col("deal_count") + pl.col("beyond")).alias("reached_count"),
            pl.when(pl.col("state") == "won").then(0).otherwise(pl.col("beyond")).alias("skipped_count"),
            (pl.col("deal_count") / pl.col("total")).alias("conversion"),
        )
        .drop("in_dictionary", "gone", "further", "total", "beyond")
        .collect()
    )


def stays(frames: Frames, asked: Question) -> Any:
    """How long deals stay with whom on which stage."""
    is_open = pl.col("ended_on").is_null()
    stages = frames["stages"].select("funnel_id", "stage_id", "stage", "stage_sort")
    return (
        frames["stays"]
        .filter(_within("ended_on", asked) | (is_open & (pl.col("started_on") <= pl.lit(asked.last))))
        .group_by("funnel_id", "employee_id", "stage_id")
        .agg(
            pl.len().alias("visits"),
            pl.col("days").mean().alias("avg_days"),
            pl.col("days").max().alias("max_days"),
            is_open.sum().alias("open_visits"),
            pl.col("days").filter(is_open).mean().alias("open_avg_days"),
        )
        .with_columns(pl.col("stage_id").cast(pl.String))
        .join(stages, on=["funnel_id", "stage_id"])
        .join(frames["funnels"], on="funnel_id")
        .join(frames["employees"].select("employee_id", "employee"), on="employee_id")
        .collect()
    )


def forgotten(frames: Frames, asked: Question) -> Any:
    """Of the leads and deals created in the period: how many of whose are forgotten, and the deals' sum."""
    parts = {}
    for name, days in (("leads", asked.lead_days), ("deals", asked.deal_days)):
        is_forgotten = pl.col("is_open") & (pl.col("silent_seconds") >= days * DAY_SECONDS)
        figures = [pl.len().alias(f"{name}_created"), is_forgotten.sum().alias(f"{name}_forgotten")]
        if name == "deals":
            figures.append(_rubles(is_forgotten).alias("deals_sum"))
        parts[name] = frames[name].filter(_within("created_on", asked)).group_by("employee_id").agg(figures)
    found = (
        parts["leads"]
        .join(parts["deals"], on="employee_id", how="full", coalesce=True)
        .with_columns(pl.exclude("employee_id").fill_null(0))
        .with_columns(
            _ratio(pl.col("leads_forgotten"), pl.col("leads_created")).alias("leads_share"),
            _ratio(pl.col("deals_forgotten"), pl.col("deals_created")).alias("deals_share"),
        )
    )
    return _with_people(frames, found)


def sources(frames: Frames, asked: Question) -> Any:
    """What became of leads, and of sales with a lead behind them, by source and month."""
    state, key = pl.col("state"), ["bucket", "source_id"]
    received = _by_month(frames["leads"], "created_on", asked).agg(
        pl.len().alias("received"), (state == "new").sum().alias("new"), (state == "in_work").sum().alias("in_work")
    )
    closed = _by_month(frames["leads"], "closed_on", asked).agg(
        (state == "qualified").sum().alias("qualified"),
        (state == "junk").sum().alias("junk"),
        pl.col("cycle_days").mean().alias("avg_lead_days"),
    )
    won = _by_month(frames["deals"].filter((state == "won") & (pl.col("lead_id") != 0)), "closed_on", asked).agg(
        pl.len().alias("sales_count"),
        (pl.col("kopecks").sum() / 100).alias("sales_sum"),
        pl.col("cycle_days").mean().alias("avg_sale_days"),
    )
    found = received.join(closed, on=key, how="full", coalesce=True).join(won, on=key, how="full", coalesce=True)
    found = found.with_columns(pl.col("source_id").cast(pl.String)).collect()
    months = pl.DataFrame({"bucket": pl.date_range(asked.first.replace(day=1), asked.last, "1mo", eager=True)})
    figures = ["received", "qualified", "junk", "new", "in_work", "sales_count", "sales_sum"]
    return (
        months.lazy()
        .join(found.lazy().select("source_id").unique(), how="cross")
        .join(found.lazy(), on=key, how="left")
        .join(frames["sources"], on="source_id")
        .with_columns(pl.col(figures).fill_null(0))
        .with_columns(
            _ratio(pl.col("qualified"), pl.col("received")).alias("conversion_to_deal"),
            _ratio(pl.col("qualified"), pl.col("qualified") + pl.col("junk")).alias("quality"),
            _ratio(pl.col("sales_sum"), pl.col("received")).alias("revenue_per_lead"),
        )
        .collect()
    )


def purchases(frames: Frames, asked: Question) -> Any:
    """How much of the period's purchases is of new clients, and how much of returning ones."""
    flags = {"new": pl.col("is_new"), "repeat": pl.col("is_repeat")}
    return (
        frames["deals"]
        .filter((pl.col("state") == "won") & _within("closed_on", asked))
        .select(
            *[flag.sum().alias(f"{name}_count") for name, flag in flags.items()],
            *[_rubles(flag).alias(f"{name}_sum") for name, flag in flags.items()],
        )
        .with_columns(
            _ratio(pl.col(f"repeat_{of}"), pl.col(f"new_{of}") + pl.col(f"repeat_{of}")).alias(f"repeat_{of}_share")
            for of in ("count", "sum")
        )
        .collect()
    )


def leading(frames: Frames, asked: Question) -> Any:
    """Leads day by day of the five sources that bring most, and of all others together."""
    came = (
        frames["leads"]
        .filter(_within("created_on", asked))
        .group_by(pl.col("created_on").alias("day"), "source_id")
        .agg(pl.len().alias("received"))
        .with_columns(pl.col("source_id").cast(pl.String))
        .collect()
    )
    by_source = came.group_by("source_id").agg(pl.col("received").sum())
    top = by_source.sort("received", "source_id", descending=[True, False])["source_id"].head(SHOWN_SOURCES)
    shown = pl.when(pl.col("source_id").is_in(top.to_list())).then("source_id").otherwise(pl.lit(OTHERS[0]))
    by_day = came.lazy().group_by("day", shown.alias("source_id")).agg(pl.col("received").sum())
    days = pl.DataFrame({"day": pl.date_range(asked.first, asked.last, "1d", eager=True)})
    names = pl.concat(
        [frames["sources"], pl.LazyFrame({"source_id": [OTHERS[0]], "source": [OTHERS[1]]})], how="vertical"
    )
    return (
        days.lazy()
        .join(by_day.select("source_id").unique(), how="cross")
        .join(by_day, on=["day", "source_id"], how="left")
        .with_columns(pl.col("received").fill_null(0))
        .join(names, on="source_id")
        .collect()
    )


def _within(column: str, asked: Question) -> Any:
    return pl.col(column).is_between(pl.lit(asked.first), pl.lit(asked.last)).fill_null(value=False)


def _rubles(flag: Any) -> Any:
    return pl.col("kopecks").filter(flag).sum() / 100


def _ratio(part: Any, whole: Any) -> Any:
    return pl.when(whole != 0).then(part / whole)


def _with_people(frames: Frames, found: Any) -> Any:
    return frames["employees"].drop("is_active").join(found, on="employee_id").collect()


def _by_month(events: Any, day: str, asked: Question) -> Any:
    some = events.filter(_within(day, asked))
    return some.group_by(pl.col(day).dt.truncate("1mo").alias("bucket"), "source_id")


FIGURES = {made.__name__: made for made in (activity, sales, conversion, stays, forgotten, sources, purchases, leading)}
POLARS = Peer(f"polars {pl.__version__}", read, FIGURES, rows)
