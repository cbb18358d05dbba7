-- Forget-me-not: leads and deals created in the period that nobody has acted on for days. Forgotten: in work, and as
-- many times 24 hours have passed since the last action as the page's control says.

-- Grain: entity (lead, deal) × its id. Question: was it created in the period or before, and is it forgotten?
create or replace view period_silence as
select
    'lead' as entity,
    leads.lead_id as entity_id,
    leads.employee_id, leads.department_id, leads.amount,
    leads.is_received as is_created,
    coalesce(before_period(leads.created_on), false) as is_older,
    is_forgotten(leads.is_open, leads.silent_seconds, 'lead_days') as is_forgotten,
    leads.silence_reason as reason
from period_lead as leads
where leads.part = 'current'
union all
select
    'deal' as entity,
    deals.deal_id as entity_id,
    deals.employee_id, deals.department_id, deals.amount, deals.is_created,
    coalesce(before_period(deals.created_on), false) as is_older,
    is_forgotten(deals.is_open, deals.silent_seconds, 'deal_days') as is_forgotten,
    deals.silence_reason as reason
from period_deal as deals
where deals.part = 'current';

-- Grain: entity, always two rows. Question: how many of the leads and deals created in the period are forgotten, for
-- how much, and how many older ones are?
create or replace view forgotten_summary as
with counted as (
    select
        rows_of.entity,
        created_count(is_created) as created_count,
        count(*) filter (where rows_of.is_created and rows_of.is_forgotten) as forgotten_count,
        sum(rows_of.amount) filter (where rows_of.is_created and rows_of.is_forgotten) as forgotten_sum,
        count(*) filter (where rows_of.is_older and rows_of.is_forgotten) as older_forgotten_count
    from period_silence as rows_of
    group by rows_of.entity
),

entities as (
    select 'lead' as entity
    union all
    select 'deal' as entity
)

select
    entities.entity,
    coalesce(counted.created_count, 0) as created_count,
    coalesce(counted.forgotten_count, 0) as forgotten_count,
    coalesce(counted.forgotten_sum, 0) as forgotten_sum,
    ratio(counted.forgotten_count, counted.created_count) as forgotten_share,
    coalesce(counted.older_forgotten_count, 0) as older_forgotten_count
from entities
left join counted
    on counted.entity = entities.entity;

-- Grain: employee. Question: who forgets how much of what came in the period?
create or replace view forgotten_by_employee as
with counted as (
    select
        rows_of.employee_id,
        unnest(forgotten_leads_figures(entity, is_forgotten)),
        unnest(forgotten_deals_figures(entity, is_forgotten, amount))
    from period_silence as rows_of
    where rows_of.is_created
    group by rows_of.employee_id
)

select
    counted.employee_id, employees.employee, employees.department_id, employees.department,
    counted.leads_created, counted.leads_forgotten,
    ratio(counted.leads_forgotten, counted.leads_created) as leads_share,
    counted.deals_created, counted.deals_forgotten,
    ratio(counted.deals_forgotten, counted.deals_created) as deals_share,
    counted.deals_sum
from counted
inner join dim_employee as employees
    on employees.employee_id = counted.employee_id;

-- Grain: department, own people only. Question: which department forgets how much of what came in the period?
create or replace view forgotten_by_department as
with counted as (
    select
        rows_of.department_id,
        unnest(forgotten_leads_figures(entity, is_forgotten)),
        unnest(forgotten_deals_figures(entity, is_forgotten, amount))
    from period_silence as rows_of
    where rows_of.is_created
    group by rows_of.department_id
)

select
    counted.department_id, departments.department, counted.leads_created, counted.leads_forgotten,
    ratio(counted.leads_forgotten, counted.leads_created) as leads_share,
    counted.deals_created, counted.deals_forgotten,
    ratio(counted.deals_forgotten, counted.deals_created) as deals_share,
    counted.deals_sum
from counted
inner join dim_department as departments
    on departments.department_id = counted.department_id;

-- Grain: one row. Question: how many leads and deals of the period are forgotten in all? The totals of both tables.
create or replace view forgotten_total as
with counted as (
    select
        unnest(forgotten_leads_figures(entity, is_forgotten)),
        unnest(forgotten_deals_figures(entity, is_forgotten, amount))
    from period_silence as rows_of
    where rows_of.is_created
)

select
    counted.leads_created, counted.leads_forgotten,
    ratio(counted.leads_forgotten, counted.leads_created) as leads_share,
    counted.deals_created, counted.deals_forgotten,
    ratio(counted.deals_forgotten, counted.deals_created) as deals_share,
    counted.deals_sum
from counted;

-- Grain: entity × reason. Question: why are those of the period forgotten? The first reason that holds.
create or replace view forgotten_reasons as
select
    rows_of.entity, rows_of.reason,
    count(*) as forgotten_count,
    total_sum(rows_of.amount) as forgotten_sum
from period_silence as rows_of
where rows_of.is_created and rows_of.is_forgotten
group by rows_of.entity, rows_of.reason;
