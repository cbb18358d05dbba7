-- Marketing: the events of leads and of the sales that have a lead behind them, and the figures made of them.

-- Grain: event. Question: what happened to leads on which day? An event is a lead received (with the state it has now),
-- a lead closed (qualified or junk, whenever it came) or a sale with a lead behind it (even one that is gone), by the
-- deal's source and marks as inherited. Leads go by their responsible person, sales by the deal's.
create or replace view scope_lead_event as
select
    leads.created_on as day,
    leads.source_id, leads.utm,
    1 as received, 0 as qualified, 0 as junk,
    case when leads.state = 'new' then 1 else 0 end as is_new,
    case when leads.state = 'in_work' then 1 else 0 end as is_in_work,
    cast(null as bigint) as lead_days,
    0 as sales_count, cast(0 as decimal(18, 2)) as sales_sum, cast(null as bigint) as sale_days
from scope_lead as leads
union all
select
    leads.closed_on as day,
    leads.source_id, leads.utm,
    0 as received,
    case when leads.state = 'qualified' then 1 else 0 end as qualified,
    case when leads.state = 'junk' then 1 else 0 end as junk,
    0 as is_new, 0 as is_in_work,
    leads.cycle_days as lead_days,
    0 as sales_count, cast(0 as decimal(18, 2)) as sales_sum, cast(null as bigint) as sale_days
from scope_lead as leads
union all
select
    deals.closed_on as day,
    deals.source_id, deals.utm,
    0 as received, 0 as qualified, 0 as junk, 0 as is_new, 0 as is_in_work,
    cast(null as bigint) as lead_days,
    1 as sales_count, deals.amount as sales_sum, deals.cycle_days as sale_days
from scope_deal as deals
where deals.state = 'won' and deals.lead_id <> 0;

-- Grain: event of the period.
create or replace view period_lead_event as
select events.*
from scope_lead_event as events
where in_period(events.day);

-- Grain: one row. Question: how many leads came in the period, and what became of leads in it?
create or replace view period_lead_counts as
select unnest(lead_counts(received, qualified, junk, is_new, is_in_work))
from period_lead_event as events;

-- Grain: part (current, previous), one row each. Question: the lead figures, all in all.
create or replace view lead_summaries as
with events as ( -- both parts are read at once
    select
        happened.*,
        case when in_period(happened.day) then 'current' else 'previous' end as part
    from scope_lead_event as happened
    cross join previous_days as earlier
    where
        by_period_end(happened.day)
        and (in_period(happened.day) or (happened.day >= earlier.first_day and happened.day <= earlier.last_day))
),

counted as (
    select
        events.part,
        unnest(lead_counts(received, qualified, junk, is_new, is_in_work)),
        unnest(lead_sales(lead_days, sales_count, sales_sum, sale_days))
    from events
    group by events.part
)

select
    periods.part,
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
from periods
left join counted
    on counted.part = periods.part;

-- Grain: one row. Question: how many leads came, what became of leads in the period, and what did they sell for?
create or replace view lead_summary as
with counted as (
    select
        unnest(lead_counts(received, qualified, junk, is_new, is_in_work)),
        unnest(lead_sales(lead_days, sales_count, sales_sum, sale_days))
    from period_lead_event as events
)

select
    counted.received, counted.qualified, counted.junk, counted.new, counted.in_work,
    conversion_to_deal(counted.qualified, counted.received) as conversion_to_deal,
    quality(counted.qualified, counted.junk) as quality,
    counted.avg_lead_days, counted.sales_count, counted.sales_sum, counted.avg_sale_days,
    revenue_per_lead(counted.sales_sum, counted.received) as revenue_per_lead
from counted;

-- Grain: one row. Question: how do the period's lead figures differ from those of the previous period, like with like?
-- Counts and sums by which share of the earlier figure, shares and days by how much.
create or replace view lead_summary_change as
with parts as ( -- both parts are asked for at once
    select leads.*
    from lead_summaries as leads
)

select
    relative_change(ours.received, earlier.received) as received_change,
    relative_change(ours.qualified, earlier.qualified) as qualified_change,
    relative_change(ours.junk, earlier.junk) as junk_change,
    ours.conversion_to_deal - earlier.conversion_to_deal as conversion_to_deal_change,
    ours.quality - earlier.quality as quality_change,
    ours.avg_lead_days - earlier.avg_lead_days as avg_lead_days_change,
    relative_change(ours.sales_count, earlier.sales_count) as sales_count_change,
    relative_change(ours.sales_sum, earlier.sales_sum) as sales_sum_change,
    relative_change(ours.revenue_per_lead, earlier.revenue_per_lead) as revenue_per_lead_change,
    before.first_day as previous_from,
    before.last_day as previous_to
from parts as ours
cross join parts as earlier
cross join previous_days as before
where
    ours.part = 'current'
    and earlier.part = 'previous';

-- Grain: source. Question: which source brings leads, of which quality, and what do they sell for?
create or replace view lead_source_stats as
with counted as (
    select
        events.source_id,
        unnest(lead_counts(received, qualified, junk, is_new, is_in_work)),
        unnest(lead_sales(lead_days, sales_count, sales_sum, sale_days))
    from period_lead_event as events
    group by events.source_id
)

select
    counted.source_id, sources.source,
    counted.received, counted.qualified, counted.junk, counted.new, counted.in_work,
    conversion_to_deal(counted.qualified, counted.received) as conversion_to_deal,
    quality(counted.qualified, counted.junk) as quality,
    counted.avg_lead_days, counted.sales_count, counted.sales_sum, counted.avg_sale_days,
    revenue_per_lead(counted.sales_sum, counted.received) as revenue_per_lead
from counted
inner join dim_source as sources
    on sources.source_id = counted.source_id;

-- Grain: value of the mark that utm_dimension names. Question: which campaign brings leads and what do they sell for?
create or replace view lead_utm_stats as
with counted as (
    select
        events.utm,
        unnest(lead_counts(received, qualified, junk, is_new, is_in_work)),
        unnest(lead_sales(lead_days, sales_count, sales_sum, sale_days))
    from period_lead_event as events
    group by events.utm
)

select
    counted.utm, counted.received, counted.qualified, counted.junk, counted.new, counted.in_work,
    conversion_to_deal(counted.qualified, counted.received) as conversion_to_deal,
    quality(counted.qualified, counted.junk) as quality,
    counted.avg_lead_days, counted.sales_count, counted.sales_sum, counted.avg_sale_days,
    revenue_per_lead(counted.sales_sum, counted.received) as revenue_per_lead
from counted;

-- Grain: one row. Question: how do the sales with a lead behind them reconcile with all sales of the period?
create or replace view sales_by_lead_origin as
select
    count(*) filter (where deals.lead_id <> 0) as sales_count,
    coalesce(sum(deals.amount) filter (where deals.lead_id <> 0), 0) as sales_sum,
    count(*) filter (where deals.lead_id = 0) as without_lead_count,
    coalesce(sum(deals.amount) filter (where deals.lead_id = 0), 0) as without_lead_sum,
    unnest(won_figures(is_won, amount))
from period_deal as deals
where deals.part = 'current' and deals.is_won;

-- Grain: one row. Question: does the portal work with leads? It does not where its mode says so, or where none has come
-- in the twelve months up to as_of; then the lead blocks give way to the deal ones. Under no filter.
create or replace view lead_availability as
select extent.last_lead_on, extent.has_leads, extent.reason_without_leads
from fact_extent as extent;
