-- Sales dynamics: how long leads and deals stay on a stage. Counted are stays that ended on a day of the period and
-- stays still open that began by its end; open_* of the latter alone. The employee is the responsible person now; the
-- filters ask the lead or deal as it is now; the funnel is the stay's own.

-- A stay that the period counts.
create or replace macro is_counted_stay(started_on, ended_on) as
in_period(ended_on) or (ended_on is null and started_on <= cast(getvariable('period_to') as date));

-- Grain: a stay of a lead. Question: which stays does the period count? Only where a filter asks what a lead is, it is
-- looked up.
create or replace view period_lead_stay as
select
    visits.employee_id, visits.stage_id, visits.days,
    visits.ended_on is null as is_open_stay
from fact_lead_stage_visit as visits
where
    is_counted_stay(visits.started_on, visits.ended_on)
    and is_of_people_picked(visits.employee_id)
    and not asks_for_records()
union all
select
    visits.employee_id, visits.stage_id, visits.days,
    visits.ended_on is null as is_open_stay
from fact_lead_stage_visit as visits
inner join scope_lead as leads
    on leads.lead_id = visits.lead_id
where
    is_counted_stay(visits.started_on, visits.ended_on)
    and asks_for_records();

-- Grain: a stay of a deal. Question: the same.
create or replace view period_deal_stay as
select
    visits.employee_id, visits.funnel_id, visits.stage_id, visits.days,
    visits.ended_on is null as is_open_stay
from fact_deal_stage_visit as visits
where
    is_counted_stay(visits.started_on, visits.ended_on)
    and passes_id('funnels', visits.deal_funnel_id)
    and is_of_people_picked(visits.employee_id)
    and not asks_for_records()
union all
select
    visits.employee_id, visits.funnel_id, visits.stage_id, visits.days,
    visits.ended_on is null as is_open_stay
from fact_deal_stage_visit as visits
inner join scope_deal as deals
    on deals.deal_id = visits.deal_id
where
    is_counted_stay(visits.started_on, visits.ended_on)
    and asks_for_records();

-- Grain: employee × stage. Question: with whom do leads stay how long on which stage?
create or replace view lead_stage_duration as
select
    stays.employee_id, employees.employee, stays.stage_id, stages.stage, stages.stage_sort,
    unnest(stay_figures(days, is_open_stay))
from period_lead_stay as stays
inner join dim_employee as employees
    on employees.employee_id = stays.employee_id
inner join dim_lead_stage as stages
    on stages.stage_id = stays.stage_id
group by stays.employee_id, employees.employee, stays.stage_id, stages.stage, stages.stage_sort;

-- Grain: stage. Question: how long do leads stay on which stage?
create or replace view lead_stage_duration_total as
select
    stays.stage_id, stages.stage, stages.stage_sort,
    unnest(stay_figures(days, is_open_stay))
from period_lead_stay as stays
inner join dim_lead_stage as stages
    on stages.stage_id = stays.stage_id
group by stays.stage_id, stages.stage, stages.stage_sort;

-- Grain: funnel × employee × stage. Question: with whom do deals stay how long on which stage?
create or replace view deal_stage_duration as
select
    stays.funnel_id, funnels.funnel, stays.employee_id, employees.employee,
    stays.stage_id, stages.stage, stages.stage_sort,
    unnest(stay_figures(days, is_open_stay))
from period_deal_stay as stays
inner join dim_funnel as funnels
    on funnels.funnel_id = stays.funnel_id
inner join dim_employee as employees
    on employees.employee_id = stays.employee_id
inner join dim_deal_stage as stages
    on
        stages.funnel_id = stays.funnel_id
        and stages.stage_id = stays.stage_id
group by
    stays.funnel_id, funnels.funnel, stays.employee_id, employees.employee, stays.stage_id, stages.stage,
    stages.stage_sort;

-- Grain: funnel × stage. Question: how long do deals stay on which stage?
create or replace view deal_stage_duration_total as
select
    stays.funnel_id, funnels.funnel, stays.stage_id, stages.stage, stages.stage_sort,
    unnest(stay_figures(days, is_open_stay))
from period_deal_stay as stays
inner join dim_funnel as funnels
    on funnels.funnel_id = stays.funnel_id
inner join dim_deal_stage as stages
    on
        stages.funnel_id = stays.funnel_id
        and stages.stage_id = stays.stage_id
group by stays.funnel_id, funnels.funnel, stays.stage_id, stages.stage, stages.stage_sort;

-- Grain: employee. Question: how long does a lead of theirs stay on a stage, all stages taken together?
create or replace view lead_employee_duration as
select
    stays.employee_id, employees.employee,
    unnest(stay_figures(days, is_open_stay))
from period_lead_stay as stays
inner join dim_employee as employees
    on employees.employee_id = stays.employee_id
group by stays.employee_id, employees.employee;

-- Grain: one row. Question: the same of all leads.
create or replace view lead_duration_total as
select unnest(stay_figures(days, is_open_stay))
from period_lead_stay as stays;

-- Grain: funnel × employee. Question: how long does a deal of theirs stay on a stage of the funnel?
create or replace view deal_employee_duration as
select
    stays.funnel_id, funnels.funnel, stays.employee_id, employees.employee,
    unnest(stay_figures(days, is_open_stay))
from period_deal_stay as stays
inner join dim_funnel as funnels
    on funnels.funnel_id = stays.funnel_id
inner join dim_employee as employees
    on employees.employee_id = stays.employee_id
group by stays.funnel_id, funnels.funnel, stays.employee_id, employees.employee;

-- Grain: funnel. Question: how long does a deal stay on a stage of the funnel?
create or replace view deal_funnel_duration as
select
    stays.funnel_id, funnels.funnel,
    unnest(stay_figures(days, is_open_stay))
from period_deal_stay as stays
inner join dim_funnel as funnels
    on funnels.funnel_id = stays.funnel_id
group by stays.funnel_id, funnels.funnel;

-- Grain: one row. Question: the same of all deals.
create or replace view deal_duration_total as
select unnest(stay_figures(days, is_open_stay))
from period_deal_stay as stays;

-- Grain: entity (lead, deal) × funnel × stage, at most two of each entity; leads have no funnel (null). Question: on
-- which two stages do leads, and deals, lie the most days in all?
create or replace view longest_stages as
with stays as (
    select
        'lead' as entity,
        cast(null as bigint) as funnel_id,
        leads.stage_id, leads.days
    from period_lead_stay as leads
    union all
    select
        'deal' as entity,
        deals.funnel_id, deals.stage_id, deals.days
    from period_deal_stay as deals
),

held as (
    select
        stays.entity, stays.funnel_id, stays.stage_id,
        days_held(days) as days_held
    from stays
    group by stays.entity, stays.funnel_id, stays.stage_id
),

placed as (
    select
        held.*,
        share_within(held.days_held, held.entity) as days_share,
        row_number() over (
            partition by held.entity order by held.days_held desc, held.funnel_id, held.stage_id
        ) as place
    from held
    where held.days_held > 0
)

select
    placed.entity, placed.funnel_id, funnels.funnel, placed.stage_id,
    coalesce(lead_stages.stage, deal_stages.stage) as stage,
    placed.days_held, placed.days_share, placed.place
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
