-- Forget-me-not: leads and deals created in the period that nobody has acted on for days. Forgotten: in work, and as
-- many times 24 hours have passed since the last action as the page's control says.

-- Grain: entity (lead, deal) × its id. Question: was it created in the period or before, and is it forgotten?
create or replace view period_silence as
select
    'lead' as entity,
    leads.lead_id as entity_id,
    leads.employee_id as employee_id,
    leads.department_id as department_id,
    leads.amount as amount,
    leads.is_received as is_created,
    coalesce(leads.created_on < cast(getvariable('period_from') as date), false) as is_older,
    leads.is_open and leads.silent_seconds >= cast(getvariable('lead_days') as bigint) * 86400 as is_forgotten,
    leads.silence_reason as reason
from period_lead as leads
where leads.part = 'current'
union all
select
    'deal' as entity,
    deals.deal_id as entity_id,
    deals.employee_id as employee_id,
    deals.department_id as department_id,
    deals.amount as amount,
    deals.is_created as is_created,
    coalesce(deals.created_on < cast(getvariable('period_from') as date), false) as is_older,
    deals.is_open and deals.silent_seconds >= cast(getvariable('deal_days') as bigint) * 86400 as is_forgotten,
    deals.silence_reason as reason
from period_deal as deals
where deals.part = 'current';

-- Grain: entity, always two rows. Question: how many of the leads and deals created in the period are forgotten, for
-- how much, and how many older ones are?
create or replace view forgotten_summary as
with counted as (
    select
        rows_of.entity,
        count(*) filter (where rows_of.is_created) as created_count,
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
    entities.entity as entity,
    coalesce(counted.created_count, 0) as created_count,
    coalesce(counted.forgotten_count, 0) as forgotten_count,
    coalesce(counted.forgotten_sum, 0) as forgotten_sum,
    counted.forgotten_count / nullif(counted.created_count, 0) as forgotten_share,
    coalesce(counted.older_forgotten_count, 0) as older_forgotten_count
from entities
left join counted
    on counted.entity = entities.entity;

-- Grain: employee. Question: who forgets how much of what came in the period?
create or replace view forgotten_by_employee as
with counted as (
    select
        rows_of.employee_id,
        count(*) filter (where rows_of.entity = 'lead') as leads_created,
        count(*) filter (where rows_of.entity = 'lead' and rows_of.is_forgotten) as leads_forgotten,
        count(*) filter (where rows_of.entity = 'deal') as deals_created,
        count(*) filter (where rows_of.entity = 'deal' and rows_of.is_forgotten) as deals_forgotten,
        coalesce(sum(rows_of.amount) filter (where rows_of.entity = 'deal' and rows_of.is_forgotten), 0) as deals_sum
    from period_silence as rows_of
    where rows_of.is_created
    group by rows_of.employee_id
)

select
    counted.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    counted.leads_created as leads_created,
    counted.leads_forgotten as leads_forgotten,
    counted.leads_forgotten / nullif(counted.leads_created, 0) as leads_share,
    counted.deals_created as deals_created,
    counted.deals_forgotten as deals_forgotten,
    counted.deals_forgotten / nullif(counted.deals_created, 0) as deals_share,
    counted.deals_sum as deals_sum
from counted
inner join dim_employee as employees
    on employees.employee_id = counted.employee_id;

-- Grain: department, own people only. Question: which department forgets how much of what came in the period?
create or replace view forgotten_by_department as
with counted as (
    select
        rows_of.department_id,
        count(*) filter (where rows_of.entity = 'lead') as leads_created,
        count(*) filter (where rows_of.entity = 'lead' and rows_of.is_forgotten) as leads_forgotten,
        count(*) filter (where rows_of.entity = 'deal') as deals_created,
        count(*) filter (where rows_of.entity = 'deal' and rows_of.is_forgotten) as deals_forgotten,
        coalesce(sum(rows_of.amount) filter (where rows_of.entity = 'deal' and rows_of.is_forgotten), 0) as deals_sum
    from period_silence as rows_of
    where rows_of.is_created
    group by rows_of.department_id
)

select
    counted.department_id as department_id,
    departments.department as department,
    counted.leads_created as leads_created,
    counted.leads_forgotten as leads_forgotten,
    counted.leads_forgotten / nullif(counted.leads_created, 0) as leads_share,
    counted.deals_created as deals_created,
    counted.deals_forgotten as deals_forgotten,
    counted.deals_forgotten / nullif(counted.deals_created, 0) as deals_share,
    counted.deals_sum as deals_sum
from counted
inner join dim_department as departments
    on departments.department_id = counted.department_id;

-- Grain: entity × reason. Question: why are those of the period forgotten? The first reason that holds.
create or replace view forgotten_reasons as
select
    rows_of.entity as entity,
    rows_of.reason as reason,
    count(*) as forgotten_count,
    sum(rows_of.amount) as forgotten_sum
from period_silence as rows_of
where rows_of.is_created and rows_of.is_forgotten
group by rows_of.entity, rows_of.reason;

-- Grain: lead. Question: which leads of the period are forgotten, since when and why?
create or replace view forgotten_leads as
select
    leads.lead_id as lead_id,
    leads.title as title,
    concat(portal.portal_origin, '/crm/lead/details/', leads.lead_id, '/') as url,
    leads.stage_id as stage_id,
    stages.stage as stage,
    stages.stage_sort as stage_sort,
    leads.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    leads.source_id as source_id,
    sources.source as source,
    leads.amount as amount,
    leads.created_on as created_on,
    leads.last_action_at as last_action_at,
    leads.silent_days as silent_days,
    leads.open_activities as open_activities,
    leads.next_deadline as next_deadline,
    leads.silence_reason as reason
from period_silence as silence
inner join fact_lead as leads
    on leads.lead_id = silence.entity_id
inner join dim_employee as employees
    on employees.employee_id = leads.employee_id
inner join dim_lead_stage as stages
    on stages.stage_id = leads.stage_id
inner join dim_source as sources
    on sources.source_id = leads.source_id
cross join fact_portal as portal
where silence.entity = 'lead' and silence.is_created and silence.is_forgotten;

-- Grain: deal. Question: which deals of the period are forgotten, since when and why?
create or replace view forgotten_deals as
select
    deals.deal_id as deal_id,
    deals.title as title,
    concat(portal.portal_origin, '/crm/deal/details/', deals.deal_id, '/') as url,
    deals.funnel_id as funnel_id,
    funnels.funnel as funnel,
    deals.stage_id as stage_id,
    stages.stage as stage,
    stages.stage_sort as stage_sort,
    deals.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    deals.source_id as source_id,
    sources.source as source,
    deals.amount as amount,
    deals.created_on as created_on,
    deals.last_action_at as last_action_at,
    deals.silent_days as silent_days,
    deals.open_activities as open_activities,
    deals.next_deadline as next_deadline,
    deals.silence_reason as reason
from period_silence as silence
inner join fact_deal as deals
    on deals.deal_id = silence.entity_id
inner join dim_employee as employees
    on employees.employee_id = deals.employee_id
inner join dim_funnel as funnels
    on funnels.funnel_id = deals.funnel_id
inner join dim_deal_stage as stages
    on
        stages.funnel_id = deals.funnel_id
        and stages.stage_id = deals.stage_id
inner join dim_source as sources
    on sources.source_id = deals.source_id
cross join fact_portal as portal
where silence.entity = 'deal' and silence.is_created and silence.is_forgotten;
