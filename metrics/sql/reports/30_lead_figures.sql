-- Marketing: the events of leads and of the sales that have a lead behind them, and the figures made of them.

-- Grain: part × event. Question: what happened to leads on which day? An event is a lead received (with the state it
-- has now), a lead closed (qualified or junk, whenever it came) or a sale with a lead behind it (even one that is gone),
-- by the deal's source and marks as inherited. Leads go by their responsible person, sales by the deal's.
create or replace view period_lead_event as
select
    leads.part as part,
    leads.created_on as day,
    leads.source_id as source_id,
    leads.utm as utm,
    1 as received,
    0 as qualified,
    0 as junk,
    case when leads.state = 'new' then 1 else 0 end as is_new,
    case when leads.state = 'in_work' then 1 else 0 end as is_in_work,
    cast(null as bigint) as lead_days,
    0 as sales_count,
    cast(0 as decimal(18, 2)) as sales_sum,
    cast(null as bigint) as sale_days
from period_lead as leads
where leads.is_received
union all
select
    leads.part as part,
    leads.closed_on as day,
    leads.source_id as source_id,
    leads.utm as utm,
    0 as received,
    case when leads.state = 'qualified' then 1 else 0 end as qualified,
    case when leads.state = 'junk' then 1 else 0 end as junk,
    0 as is_new,
    0 as is_in_work,
    leads.cycle_days as lead_days,
    0 as sales_count,
    cast(0 as decimal(18, 2)) as sales_sum,
    cast(null as bigint) as sale_days
from period_lead as leads
where leads.is_closed
union all
select
    deals.part as part,
    deals.closed_on as day,
    deals.source_id as source_id,
    deals.utm as utm,
    0 as received,
    0 as qualified,
    0 as junk,
    0 as is_new,
    0 as is_in_work,
    cast(null as bigint) as lead_days,
    1 as sales_count,
    deals.amount as sales_sum,
    deals.cycle_days as sale_days
from period_deal as deals
where deals.is_won and deals.lead_id <> 0;

-- Grain: part (current, previous), one row each. Question: the lead figures, all in all.
create or replace view lead_summaries as
with counted as (
    select
        events.part,
        sum(events.received) as received,
        sum(events.qualified) as qualified,
        sum(events.junk) as junk,
        sum(events.is_new) as is_new,
        sum(events.is_in_work) as is_in_work,
        avg(events.lead_days) as avg_lead_days,
        sum(events.sales_count) as sales_count,
        sum(events.sales_sum) as sales_sum,
        avg(events.sale_days) as avg_sale_days
    from period_lead_event as events
    group by events.part
)

select
    periods.part as part,
    cast(coalesce(counted.received, 0) as bigint) as received,
    cast(coalesce(counted.qualified, 0) as bigint) as qualified,
    cast(coalesce(counted.junk, 0) as bigint) as junk,
    cast(coalesce(counted.is_new, 0) as bigint) as new,
    cast(coalesce(counted.is_in_work, 0) as bigint) as in_work,
    counted.qualified / nullif(counted.received, 0) as conversion_to_deal,
    counted.qualified / nullif(counted.qualified + counted.junk, 0) as quality,
    counted.avg_lead_days as avg_lead_days,
    cast(coalesce(counted.sales_count, 0) as bigint) as sales_count,
    coalesce(counted.sales_sum, 0) as sales_sum,
    counted.avg_sale_days as avg_sale_days,
    counted.sales_sum / nullif(counted.received, 0) as revenue_per_lead
from periods
left join counted
    on counted.part = periods.part;

-- Grain: one row. Question: how many leads came, what became of leads in the period, and what did they sell for?
create or replace view lead_summary as
select
    summaries.received as received,
    summaries.qualified as qualified,
    summaries.junk as junk,
    summaries.new as new,
    summaries.in_work as in_work,
    summaries.conversion_to_deal as conversion_to_deal,
    summaries.quality as quality,
    summaries.avg_lead_days as avg_lead_days,
    summaries.sales_count as sales_count,
    summaries.sales_sum as sales_sum,
    summaries.avg_sale_days as avg_sale_days,
    summaries.revenue_per_lead as revenue_per_lead
from lead_summaries as summaries
where summaries.part = 'current';

-- Grain: one row. Question: how do the period's lead figures differ from those of the previous period, like with like?
-- Counts and sums by which share of the earlier figure, shares and days by how much.
create or replace view lead_summary_change as
with parts as (
    select totals.*
    from lead_summaries as totals
)

select
    (ours.received - earlier.received) / nullif(cast(earlier.received as double), 0) as received_change,
    (ours.qualified - earlier.qualified) / nullif(cast(earlier.qualified as double), 0) as qualified_change,
    (ours.junk - earlier.junk) / nullif(cast(earlier.junk as double), 0) as junk_change,
    ours.conversion_to_deal - earlier.conversion_to_deal as conversion_to_deal_change,
    ours.quality - earlier.quality as quality_change,
    ours.avg_lead_days - earlier.avg_lead_days as avg_lead_days_change,
    (ours.sales_count - earlier.sales_count) / nullif(cast(earlier.sales_count as double), 0) as sales_count_change,
    cast(ours.sales_sum - earlier.sales_sum as double) / nullif(cast(earlier.sales_sum as double), 0)
        as sales_sum_change,
    (ours.revenue_per_lead - earlier.revenue_per_lead) / nullif(earlier.revenue_per_lead, 0)
        as revenue_per_lead_change,
    before.first_day as previous_from,
    before.last_day as previous_to
from parts as ours
cross join parts as earlier
cross join periods as before
where
    ours.part = 'current'
    and earlier.part = 'previous'
    and before.part = 'previous';

-- Grain: source. Question: which source brings leads, of which quality, and what do they sell for?
create or replace view lead_source_stats as
with counted as (
    select
        events.source_id,
        cast(sum(events.received) as bigint) as received,
        cast(sum(events.qualified) as bigint) as qualified,
        cast(sum(events.junk) as bigint) as junk,
        cast(sum(events.is_new) as bigint) as is_new,
        cast(sum(events.is_in_work) as bigint) as is_in_work,
        avg(events.lead_days) as avg_lead_days,
        cast(sum(events.sales_count) as bigint) as sales_count,
        sum(events.sales_sum) as sales_sum,
        avg(events.sale_days) as avg_sale_days
    from period_lead_event as events
    where events.part = 'current'
    group by events.source_id
)

select
    counted.source_id as source_id,
    sources.source as source,
    counted.received as received,
    counted.qualified as qualified,
    counted.junk as junk,
    counted.is_new as new,
    counted.is_in_work as in_work,
    counted.qualified / nullif(counted.received, 0) as conversion_to_deal,
    counted.qualified / nullif(counted.qualified + counted.junk, 0) as quality,
    counted.avg_lead_days as avg_lead_days,
    counted.sales_count as sales_count,
    counted.sales_sum as sales_sum,
    counted.avg_sale_days as avg_sale_days,
    counted.sales_sum / nullif(counted.received, 0) as revenue_per_lead
from counted
inner join dim_source as sources
    on sources.source_id = counted.source_id;

-- Grain: value of the mark that utm_dimension names. Question: which campaign brings leads and what do they sell for?
create or replace view lead_utm_stats as
with counted as (
    select
        events.utm,
        cast(sum(events.received) as bigint) as received,
        cast(sum(events.qualified) as bigint) as qualified,
        cast(sum(events.junk) as bigint) as junk,
        cast(sum(events.is_new) as bigint) as is_new,
        cast(sum(events.is_in_work) as bigint) as is_in_work,
        avg(events.lead_days) as avg_lead_days,
        cast(sum(events.sales_count) as bigint) as sales_count,
        sum(events.sales_sum) as sales_sum,
        avg(events.sale_days) as avg_sale_days
    from period_lead_event as events
    where events.part = 'current'
    group by events.utm
)

select
    counted.utm as utm,
    counted.received as received,
    counted.qualified as qualified,
    counted.junk as junk,
    counted.is_new as new,
    counted.is_in_work as in_work,
    counted.qualified / nullif(counted.received, 0) as conversion_to_deal,
    counted.qualified / nullif(counted.qualified + counted.junk, 0) as quality,
    counted.avg_lead_days as avg_lead_days,
    counted.sales_count as sales_count,
    counted.sales_sum as sales_sum,
    counted.avg_sale_days as avg_sale_days,
    counted.sales_sum / nullif(counted.received, 0) as revenue_per_lead
from counted;

-- Grain: month × source, dense over the months of the period and the sources with any value in it. Question: how do the
-- sources move by month (the rows behind the plus)?
create or replace view lead_source_month_stats as
with counted as (
    select
        days.month_start as bucket,
        events.source_id,
        cast(sum(events.received) as bigint) as received,
        cast(sum(events.qualified) as bigint) as qualified,
        cast(sum(events.junk) as bigint) as junk,
        cast(sum(events.is_new) as bigint) as is_new,
        cast(sum(events.is_in_work) as bigint) as is_in_work,
        avg(events.lead_days) as avg_lead_days,
        cast(sum(events.sales_count) as bigint) as sales_count,
        sum(events.sales_sum) as sales_sum,
        avg(events.sale_days) as avg_sale_days
    from period_lead_event as events
    inner join calendar as days
        on days.day = events.day
    where events.part = 'current'
    group by days.month_start, events.source_id
),

months as (
    select distinct calendar.month_start as bucket
    from calendar
    where
        calendar.day >= cast(getvariable('period_from') as date)
        and calendar.day <= cast(getvariable('period_to') as date)
),

present as (
    select distinct counted.source_id
    from counted
)

select
    months.bucket as bucket,
    present.source_id as source_id,
    sources.source as source,
    coalesce(counted.received, 0) as received,
    coalesce(counted.qualified, 0) as qualified,
    coalesce(counted.junk, 0) as junk,
    coalesce(counted.is_new, 0) as new,
    coalesce(counted.is_in_work, 0) as in_work,
    counted.qualified / nullif(counted.received, 0) as conversion_to_deal,
    counted.qualified / nullif(counted.qualified + counted.junk, 0) as quality,
    counted.avg_lead_days as avg_lead_days,
    coalesce(counted.sales_count, 0) as sales_count,
    coalesce(counted.sales_sum, 0) as sales_sum,
    counted.avg_sale_days as avg_sale_days,
    counted.sales_sum / nullif(counted.received, 0) as revenue_per_lead
from months
cross join present
inner join dim_source as sources
    on sources.source_id = present.source_id
left join counted
    on
        counted.bucket = months.bucket
        and counted.source_id = present.source_id;

-- Grain: bucket × source, dense likewise. Question: how do the sources move by month, quarter or year?
create or replace view lead_source_dynamics as
with counted as (
    select
        days.bucket,
        events.source_id,
        cast(sum(events.received) as bigint) as received,
        cast(sum(events.qualified) as bigint) as qualified,
        cast(sum(events.junk) as bigint) as junk,
        cast(sum(events.is_new) as bigint) as is_new,
        cast(sum(events.is_in_work) as bigint) as is_in_work,
        avg(events.lead_days) as avg_lead_days,
        cast(sum(events.sales_count) as bigint) as sales_count,
        sum(events.sales_sum) as sales_sum,
        avg(events.sale_days) as avg_sale_days
    from period_lead_event as events
    inner join bucket_days as days
        on days.day = events.day
    where events.part = 'current'
    group by days.bucket, events.source_id
),

present as (
    select distinct counted.source_id
    from counted
)

select
    buckets.bucket as bucket,
    present.source_id as source_id,
    sources.source as source,
    coalesce(counted.received, 0) as received,
    coalesce(counted.qualified, 0) as qualified,
    coalesce(counted.junk, 0) as junk,
    coalesce(counted.is_new, 0) as new,
    coalesce(counted.is_in_work, 0) as in_work,
    counted.qualified / nullif(counted.received, 0) as conversion_to_deal,
    counted.qualified / nullif(counted.qualified + counted.junk, 0) as quality,
    counted.avg_lead_days as avg_lead_days,
    coalesce(counted.sales_count, 0) as sales_count,
    coalesce(counted.sales_sum, 0) as sales_sum,
    counted.avg_sale_days as avg_sale_days,
    counted.sales_sum / nullif(counted.received, 0) as revenue_per_lead
from buckets
cross join present
inner join dim_source as sources
    on sources.source_id = present.source_id
left join counted
    on
        counted.bucket = buckets.bucket
        and counted.source_id = present.source_id;

-- Grain: one row. Question: how do the sales with a lead behind them reconcile with all sales of the period?
create or replace view sales_by_lead_origin as
select
    count(*) filter (where deals.lead_id <> 0) as sales_count,
    coalesce(sum(deals.amount) filter (where deals.lead_id <> 0), 0) as sales_sum,
    count(*) filter (where deals.lead_id = 0) as without_lead_count,
    coalesce(sum(deals.amount) filter (where deals.lead_id = 0), 0) as without_lead_sum,
    count(*) as won_count,
    coalesce(sum(deals.amount), 0) as won_sum
from period_deal as deals
where deals.part = 'current' and deals.is_won;

-- Grain: one row. Question: does the portal work with leads? It does not where its mode says so, or where none has come
-- in the twelve months up to as_of; then the lead blocks give way to the deal ones. Under no filter.
create or replace view lead_availability as
with newest as (
    select max(leads.created_on) as last_lead_on
    from fact_lead as leads
)

select
    newest.last_lead_on as last_lead_on,
    coalesce(not portal.is_without_leads and newest.last_lead_on >= today.year_before, false) as has_leads,
    case
        when portal.is_without_leads then 'mode_without_leads'
        when newest.last_lead_on is null or newest.last_lead_on < today.year_before then 'none_in_a_year'
    end as reason_without_leads
from newest
cross join fact_portal as portal
cross join clock
inner join calendar as today
    on today.day = clock.as_of_day;
