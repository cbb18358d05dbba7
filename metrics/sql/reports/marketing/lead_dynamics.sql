-- Marketing: the lead figures over time.

-- Grain: bucket, every one of the period. Question: how do the lead figures go, all sources together?
create or replace view lead_total_dynamics as
with counted as (
    select
        days.bucket,
        unnest(lead_counts(received, qualified, junk, is_new, is_in_work)),
        unnest(lead_sales(lead_days, sales_count, sales_sum, sale_days))
    from period_lead_event as events
    inner join bucket_days as days
        on days.day = events.day
    group by days.bucket
)

select
    buckets.bucket,
    coalesce(counted.received, 0) as received,
    coalesce(counted.qualified, 0) as qualified,
    coalesce(counted.junk, 0) as junk,
    coalesce(counted.new, 0) as new,
    coalesce(counted.in_work, 0) as in_work,
    conversion_to_deal(counted.qualified, counted.received) as conversion_to_deal,
    quality(counted.qualified, counted.junk) as quality,
    counted.avg_lead_days,
    coalesce(counted.sales_count, 0) as sales_count,
    coalesce(counted.sales_sum, 0) as sales_sum,
    counted.avg_sale_days,
    revenue_per_lead(counted.sales_sum, counted.received) as revenue_per_lead
from buckets
left join counted
    on counted.bucket = buckets.bucket;

-- Grain: bucket × source, dense over the buckets of the period and the sources with any value in it. Question: how do the
-- sources move by month, quarter or year?
create or replace view lead_source_dynamics as
with counted as (
    select
        days.bucket, events.source_id,
        unnest(lead_counts(received, qualified, junk, is_new, is_in_work)),
        unnest(lead_sales(lead_days, sales_count, sales_sum, sale_days))
    from period_lead_event as events
    inner join bucket_days as days
        on days.day = events.day
    group by days.bucket, events.source_id
),

present as (
    select distinct counted.source_id
    from counted
)

select
    buckets.bucket, present.source_id, sources.source,
    coalesce(counted.received, 0) as received,
    coalesce(counted.qualified, 0) as qualified,
    coalesce(counted.junk, 0) as junk,
    coalesce(counted.new, 0) as new,
    coalesce(counted.in_work, 0) as in_work,
    conversion_to_deal(counted.qualified, counted.received) as conversion_to_deal,
    quality(counted.qualified, counted.junk) as quality,
    counted.avg_lead_days,
    coalesce(counted.sales_count, 0) as sales_count,
    coalesce(counted.sales_sum, 0) as sales_sum,
    counted.avg_sale_days,
    revenue_per_lead(counted.sales_sum, counted.received) as revenue_per_lead
from buckets
cross join present
inner join dim_source as sources
    on sources.source_id = present.source_id
left join counted
    on
        counted.bucket = buckets.bucket
        and counted.source_id = present.source_id;

-- Grain: month × source, dense likewise. Question: how do the sources move by month (the rows behind the plus)?
create or replace view lead_source_month_stats as
with counted as (
    select
        days.month_start as bucket,
        events.source_id,
        unnest(lead_counts(received, qualified, junk, is_new, is_in_work)),
        unnest(lead_sales(lead_days, sales_count, sales_sum, sale_days))
    from period_lead_event as events
    inner join calendar as days
        on days.day = events.day
    group by days.month_start, events.source_id
),

months as (
    select distinct calendar.month_start as bucket
    from calendar
    where in_period(calendar.day)
),

present as (
    select distinct counted.source_id
    from counted
)

select
    months.bucket, present.source_id, sources.source,
    coalesce(counted.received, 0) as received,
    coalesce(counted.qualified, 0) as qualified,
    coalesce(counted.junk, 0) as junk,
    coalesce(counted.new, 0) as new,
    coalesce(counted.in_work, 0) as in_work,
    conversion_to_deal(counted.qualified, counted.received) as conversion_to_deal,
    quality(counted.qualified, counted.junk) as quality,
    counted.avg_lead_days,
    coalesce(counted.sales_count, 0) as sales_count,
    coalesce(counted.sales_sum, 0) as sales_sum,
    counted.avg_sale_days,
    revenue_per_lead(counted.sales_sum, counted.received) as revenue_per_lead
from months
cross join present
inner join dim_source as sources
    on sources.source_id = present.source_id
left join counted
    on
        counted.bucket = months.bucket
        and counted.source_id = present.source_id;
