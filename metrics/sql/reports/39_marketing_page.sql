-- Marketing: what its page shows beside the report's own figures.

-- Grain: bucket, every one of the period. Question: how do the lead figures go, all sources together?
create or replace view lead_total_dynamics as
with counted as (
    select
        days.bucket,
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
    group by days.bucket
)

select
    buckets.bucket as bucket,
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
left join counted
    on counted.bucket = buckets.bucket;

-- Grain: source of a lead received. Question: which share of the leads received comes from each source?
create or replace view lead_source_share as
with counted as (
    select
        leads.source_id,
        count(*) as lead_count
    from period_lead as leads
    where leads.part = 'current' and leads.is_received
    group by leads.source_id
),

total as (
    select sum(counted.lead_count) as lead_count
    from counted
)

select
    counted.source_id as source_id,
    sources.source as source,
    counted.lead_count as lead_count,
    counted.lead_count / nullif(total.lead_count, 0) as share
from counted
cross join total
inner join dim_source as sources
    on sources.source_id = counted.source_id;

-- Grain: source × state. Question: which share of a source's leads received is in each state now?
create or replace view lead_source_state_share as
with counted as (
    select
        leads.source_id,
        leads.state,
        count(*) as lead_count
    from period_lead as leads
    where leads.part = 'current' and leads.is_received
    group by leads.source_id, leads.state
),

of_source as (
    select
        counted.source_id,
        sum(counted.lead_count) as lead_count
    from counted
    group by counted.source_id
)

select
    counted.source_id as source_id,
    sources.source as source,
    counted.state as state,
    counted.lead_count as lead_count,
    counted.lead_count / nullif(of_source.lead_count, 0) as share
from counted
inner join of_source
    on of_source.source_id = counted.source_id
inner join dim_source as sources
    on sources.source_id = counted.source_id;

-- Grain: employee with a lead received. Question: how many of the leads received are whose? The last column of the table
-- of employees and stages.
create or replace view lead_employee_total as
select
    leads.employee_id as employee_id,
    employees.employee as employee,
    count(*) as lead_count
from period_lead as leads
inner join dim_employee as employees
    on employees.employee_id = leads.employee_id
where leads.part = 'current' and leads.is_received
group by leads.employee_id, employees.employee;

-- Grain: one row. Question: what do the tables of deals by source and by mark add up to?
create or replace view deal_source_total as
with counted as (
    select
        count(*) filter (where deals.is_created) as created_count,
        count(*) filter (where deals.is_won) as won_count,
        coalesce(sum(deals.amount) filter (where deals.is_won), 0) as won_sum,
        avg(deals.cycle_days) filter (where deals.is_won) as avg_cycle_days,
        count(*) filter (where deals.is_lost) as lost_count,
        coalesce(sum(deals.amount) filter (where deals.is_lost), 0) as lost_sum,
        count(*) filter (where deals.is_in_work) as in_work_count,
        coalesce(sum(deals.amount) filter (where deals.is_in_work), 0) as in_work_sum,
        count(*) filter (where deals.is_won and deals.is_repeat) as repeat_count,
        coalesce(sum(deals.amount) filter (where deals.is_won and deals.is_repeat), 0) as repeat_sum
    from period_deal as deals
    where deals.part = 'current'
)

select
    counted.created_count as created_count,
    counted.won_count as won_count,
    counted.won_sum as won_sum,
    counted.won_sum / nullif(counted.won_count, 0) as avg_check,
    counted.won_count / nullif(counted.won_count + counted.lost_count, 0) as conversion,
    counted.avg_cycle_days as avg_cycle_days,
    counted.lost_count as lost_count,
    counted.lost_sum as lost_sum,
    counted.in_work_count as in_work_count,
    counted.in_work_sum as in_work_sum,
    counted.repeat_count as repeat_count,
    counted.repeat_sum as repeat_sum
from counted;
