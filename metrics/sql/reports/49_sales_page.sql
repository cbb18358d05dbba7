-- What the page of sales dynamics shows beside the report's own tables: totals of its employees, of the stage
-- durations by employee, by funnel and in all, and the stages that hold the most days.

-- Grain: one row. Question: what does the table of sales by employee add up to?
create or replace view sales_employee_total as
select
    summaries.created_count as created_count,
    summaries.won_count as won_count,
    summaries.won_sum as won_sum,
    summaries.avg_check as avg_check,
    summaries.conversion as conversion,
    summaries.avg_cycle_days as avg_cycle_days,
    summaries.lost_count as lost_count,
    summaries.lost_sum as lost_sum,
    summaries.in_work_count as in_work_count,
    summaries.in_work_sum as in_work_sum,
    summaries.repeat_count as repeat_count,
    summaries.repeat_sum as repeat_sum,
    summaries.repeat_sum / nullif(summaries.new_sum + summaries.repeat_sum, 0) as repeat_share
from sales_deal_summaries as summaries
where summaries.part = 'current';

-- Grain: employee. Question: how long does a lead of theirs stay on a stage, all stages taken together?
create or replace view lead_employee_duration as
select
    stays.employee_id as employee_id,
    employees.employee as employee,
    count(*) as visits,
    avg(stays.days) as avg_days,
    max(stays.days) as max_days,
    count(*) filter (where stays.is_open_stay) as open_visits,
    avg(stays.days) filter (where stays.is_open_stay) as open_avg_days
from period_lead_stay as stays
inner join dim_employee as employees
    on employees.employee_id = stays.employee_id
group by stays.employee_id, employees.employee;

-- Grain: one row. Question: the same of all leads.
create or replace view lead_duration_total as
select
    count(*) as visits,
    avg(stays.days) as avg_days,
    max(stays.days) as max_days,
    count(*) filter (where stays.is_open_stay) as open_visits,
    avg(stays.days) filter (where stays.is_open_stay) as open_avg_days
from period_lead_stay as stays;

-- Grain: funnel × employee. Question: how long does a deal of theirs stay on a stage of the funnel?
create or replace view deal_employee_duration as
select
    stays.funnel_id as funnel_id,
    funnels.funnel as funnel,
    stays.employee_id as employee_id,
    employees.employee as employee,
    count(*) as visits,
    avg(stays.days) as avg_days,
    max(stays.days) as max_days,
    count(*) filter (where stays.is_open_stay) as open_visits,
    avg(stays.days) filter (where stays.is_open_stay) as open_avg_days
from period_deal_stay as stays
inner join dim_funnel as funnels
    on funnels.funnel_id = stays.funnel_id
inner join dim_employee as employees
    on employees.employee_id = stays.employee_id
group by stays.funnel_id, funnels.funnel, stays.employee_id, employees.employee;

-- Grain: funnel. Question: how long does a deal stay on a stage of the funnel?
create or replace view deal_funnel_duration as
select
    stays.funnel_id as funnel_id,
    funnels.funnel as funnel,
    count(*) as visits,
    avg(stays.days) as avg_days,
    max(stays.days) as max_days,
    count(*) filter (where stays.is_open_stay) as open_visits,
    avg(stays.days) filter (where stays.is_open_stay) as open_avg_days
from period_deal_stay as stays
inner join dim_funnel as funnels
    on funnels.funnel_id = stays.funnel_id
group by stays.funnel_id, funnels.funnel;

-- Grain: one row. Question: the same of all deals.
create or replace view deal_duration_total as
select
    count(*) as visits,
    avg(stays.days) as avg_days,
    max(stays.days) as max_days,
    count(*) filter (where stays.is_open_stay) as open_visits,
    avg(stays.days) filter (where stays.is_open_stay) as open_avg_days
from period_deal_stay as stays;

-- Grain: entity (lead, deal) × funnel × stage, at most two of each entity; leads have no funnel (null). Question: on
-- which two stages do leads, and deals, lie the most days in all?
create or replace view longest_stages as
with held as (
    select
        'lead' as entity,
        cast(null as bigint) as funnel_id,
        stays.stage_id,
        sum(stays.days) as days_held
    from period_lead_stay as stays
    group by stays.stage_id
    union all
    select
        'deal' as entity,
        stays.funnel_id,
        stays.stage_id,
        sum(stays.days) as days_held
    from period_deal_stay as stays
    group by stays.funnel_id, stays.stage_id
),

placed as (
    select
        held.entity,
        held.funnel_id,
        held.stage_id,
        held.days_held,
        held.days_held / nullif(sum(held.days_held) over (partition by held.entity), 0) as days_share,
        row_number() over (
            partition by held.entity order by held.days_held desc, held.funnel_id, held.stage_id
        ) as place
    from held
    where held.days_held > 0
)

select
    placed.entity as entity,
    placed.funnel_id as funnel_id,
    funnels.funnel as funnel,
    placed.stage_id as stage_id,
    coalesce(lead_stages.stage, deal_stages.stage) as stage,
    placed.days_held as days_held,
    placed.days_share as days_share,
    placed.place as place
from placed
left join dim_funnel as funnels
    on funnels.funnel_id = placed.funnel_id
left join dim_lead_stage as lead_stages
    on
        placed.entity = 'lead'
        and lead_stages.stage_id = placed.stage_id
left join dim_deal_stage as deal_stages
    on
        placed.entity = 'deal'
        and deal_stages.funnel_id = placed.funnel_id
        and deal_stages.stage_id = placed.stage_id
where placed.place <= 2;
