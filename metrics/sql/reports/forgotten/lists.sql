-- Forget-me-not: which leads and deals they are.

-- Grain: lead. Question: which leads of the period are forgotten, since when and why? Without names: pages of the list
-- are ordered and searched here.
create or replace view silent_lead as
select
    leads.lead_id, leads.title, leads.stage_id, leads.employee_id, leads.source_id, leads.amount, leads.created_on,
    leads.last_action_at, leads.silent_days, leads.open_activities, leads.next_deadline,
    leads.silence_reason as reason
from period_lead as leads
where
    leads.part = 'current'
    and leads.is_received
    and is_forgotten(leads.is_open, leads.silent_seconds, 'lead_days');

-- Grain: lead. Question: the same with their names.
create or replace view forgotten_leads as
select
    leads.lead_id, leads.title,
    record_url(portal.portal_origin, 'lead', leads.lead_id) as url,
    leads.stage_id, stages.stage, stages.stage_sort,
    leads.employee_id, employees.employee, employees.department_id, employees.department,
    leads.source_id, sources.source, leads.amount, leads.created_on,
    leads.last_action_at, leads.silent_days, leads.open_activities, leads.next_deadline, leads.reason
from silent_lead as leads
inner join dim_employee as employees
    on employees.employee_id = leads.employee_id
inner join dim_lead_stage as stages
    on stages.stage_id = leads.stage_id
inner join dim_source as sources
    on sources.source_id = leads.source_id
cross join fact_portal as portal;

-- Grain: deal. Question: which deals of the period are forgotten, since when and why? Without names, as silent_lead.
create or replace view silent_deal as
select
    deals.deal_id, deals.title, deals.funnel_id, deals.stage_id, deals.employee_id, deals.source_id, deals.amount,
    deals.created_on, deals.last_action_at, deals.silent_days, deals.open_activities, deals.next_deadline,
    deals.silence_reason as reason
from period_deal as deals
where
    deals.part = 'current'
    and deals.is_created
    and is_forgotten(deals.is_open, deals.silent_seconds, 'deal_days');

-- Grain: deal. Question: the same with their names.
create or replace view forgotten_deals as
select
    deals.deal_id, deals.title,
    record_url(portal.portal_origin, 'deal', deals.deal_id) as url,
    deals.funnel_id, funnels.funnel, deals.stage_id, stages.stage, stages.stage_sort,
    deals.employee_id, employees.employee, employees.department_id, employees.department,
    deals.source_id, sources.source, deals.amount, deals.created_on,
    deals.last_action_at, deals.silent_days, deals.open_activities, deals.next_deadline, deals.reason
from silent_deal as deals
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
cross join fact_portal as portal;
