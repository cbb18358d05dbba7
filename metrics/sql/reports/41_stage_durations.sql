-- Sales dynamics: how long leads and deals stay on a stage. Counted are stays that ended on a day of the period and
-- stays still open that began by its end; open_* of the latter alone. The employee is the responsible person now; the
-- filters ask the lead or deal as it is now; the funnel is the stay's own.

-- Grain: a stay of a lead. Question: which stays does the period count?
create or replace view period_lead_stay as
select
    leads.employee_id as employee_id,
    visits.stage_id as stage_id,
    visits.days as days,
    visits.ended_on is null as is_open_stay
from fact_lead_stage_visit as visits
inner join scope_lead as leads
    on leads.lead_id = visits.lead_id
where
    (
        visits.ended_on >= cast(getvariable('period_from') as date)
        and visits.ended_on <= cast(getvariable('period_to') as date)
    )
    or (visits.ended_on is null and visits.started_on <= cast(getvariable('period_to') as date));

-- Grain: a stay of a deal. Question: the same.
create or replace view period_deal_stay as
select
    deals.employee_id as employee_id,
    visits.funnel_id as funnel_id,
    visits.stage_id as stage_id,
    visits.days as days,
    visits.ended_on is null as is_open_stay
from fact_deal_stage_visit as visits
inner join scope_deal as deals
    on deals.deal_id = visits.deal_id
where
    (
        visits.ended_on >= cast(getvariable('period_from') as date)
        and visits.ended_on <= cast(getvariable('period_to') as date)
    )
    or (visits.ended_on is null and visits.started_on <= cast(getvariable('period_to') as date));

-- Grain: employee × stage. Question: with whom do leads stay how long on which stage?
create or replace view lead_stage_duration as
select
    stays.employee_id as employee_id,
    employees.employee as employee,
    stays.stage_id as stage_id,
    stages.stage as stage,
    stages.stage_sort as stage_sort,
    count(*) as visits,
    avg(stays.days) as avg_days,
    max(stays.days) as max_days,
    count(*) filter (where stays.is_open_stay) as open_visits,
    avg(stays.days) filter (where stays.is_open_stay) as open_avg_days
from period_lead_stay as stays
inner join dim_employee as employees
    on employees.employee_id = stays.employee_id
inner join dim_lead_stage as stages
    on stages.stage_id = stays.stage_id
group by stays.employee_id, employees.employee, stays.stage_id, stages.stage, stages.stage_sort;

-- Grain: stage. Question: how long do leads stay on which stage?
create or replace view lead_stage_duration_total as
select
    stays.stage_id as stage_id,
    stages.stage as stage,
    stages.stage_sort as stage_sort,
    count(*) as visits,
    avg(stays.days) as avg_days,
    max(stays.days) as max_days,
    count(*) filter (where stays.is_open_stay) as open_visits,
    avg(stays.days) filter (where stays.is_open_stay) as open_avg_days
from period_lead_stay as stays
inner join dim_lead_stage as stages
    on stages.stage_id = stays.stage_id
group by stays.stage_id, stages.stage, stages.stage_sort;

-- Grain: funnel × employee × stage. Question: with whom do deals stay how long on which stage?
create or replace view deal_stage_duration as
select
    stays.funnel_id as funnel_id,
    funnels.funnel as funnel,
    stays.employee_id as employee_id,
    employees.employee as employee,
    stays.stage_id as stage_id,
    stages.stage as stage,
    stages.stage_sort as stage_sort,
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
    stays.funnel_id as funnel_id,
    funnels.funnel as funnel,
    stays.stage_id as stage_id,
    stages.stage as stage,
    stages.stage_sort as stage_sort,
    count(*) as visits,
    avg(stays.days) as avg_days,
    max(stays.days) as max_days,
    count(*) filter (where stays.is_open_stay) as open_visits,
    avg(stays.days) filter (where stays.is_open_stay) as open_avg_days
from period_deal_stay as stays
inner join dim_funnel as funnels
    on funnels.funnel_id = stays.funnel_id
inner join dim_deal_stage as stages
    on
        stages.funnel_id = stays.funnel_id
        and stages.stage_id = stays.stage_id
group by stays.funnel_id, funnels.funnel, stays.stage_id, stages.stage, stages.stage_sort;
