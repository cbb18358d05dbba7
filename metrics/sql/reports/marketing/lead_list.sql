-- Grain: lead. Question: which leads are meant? Those created or closed in the period; with all_open also those in work
-- created before; with without_activities only those in work that nobody has planned anything for. Without names, which
-- are many times longer: pages of the list are ordered and searched here.
create or replace view listed_lead as
select
    leads.lead_id, leads.title, leads.source_id, leads.utm_source, leads.utm_campaign, leads.stage_id, leads.state,
    leads.employee_id, leads.country, leads.city, leads.amount, leads.created_on, leads.closed_on, leads.duration_days,
    leads.last_action_at, leads.open_activities
from period_lead as leads
where
    leads.part = 'current'
    and is_listed(leads.is_received, leads.is_closed, leads.is_open, leads.created_on, leads.open_activities);

-- Grain: lead. Question: the same with their names. Behind the columns of every portal stand those of the user fields
-- that the settings name.
create or replace view lead_list as
select
    leads.lead_id, leads.title,
    record_url(portal.portal_origin, 'lead', leads.lead_id) as url,
    leads.source_id, sources.source, leads.utm_source, leads.utm_campaign,
    leads.stage_id, stages.stage, stages.stage_sort, leads.state,
    leads.employee_id, employees.employee, employees.department_id, employees.department,
    leads.country, leads.city, leads.amount, leads.created_on, leads.closed_on, leads.duration_days,
    leads.last_action_at, leads.open_activities,
    own.* exclude (lead_id)
from listed_lead as leads
inner join dim_employee as employees
    on employees.employee_id = leads.employee_id
inner join dim_lead_stage as stages
    on stages.stage_id = leads.stage_id
inner join dim_source as sources
    on sources.source_id = leads.source_id
left join fact_lead_fields as own
    on own.lead_id = leads.lead_id
cross join fact_portal as portal;
