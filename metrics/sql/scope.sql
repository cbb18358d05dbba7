-- The facts under the filters, in two steps: *_company under all filters but people (the activity index' company reads
-- these), then those of the people picked. Every filter is a session variable: null = all; '' and 0 are values.

-- Employees that pass the filters of department (with its whole subtree) and employee. One row an employee.
create or replace view scope_employee as
select
    employees.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    employees.is_user as is_user,
    employees.is_dismissed as is_dismissed
from dim_employee as employees
where
    (
        cast(getvariable('employees') as bigint[]) is null
        or list_contains(cast(getvariable('employees') as bigint[]), employees.employee_id)
    )
    and (
        cast(getvariable('departments') as bigint[]) is null
        or employees.department_id in (
            select subtree.department_id
            from dim_department_subtree as subtree
            where list_contains(cast(getvariable('departments') as bigint[]), subtree.top_id)
        )
    );

-- Leads under all filters but people; funnels never touch a lead, and only lead stages ask for a lead's stage. One row
-- a lead; utm is the value of the mark that utm_dimension names.
create or replace view scope_lead_company as
select
    leads.*,
    case coalesce(cast(getvariable('utm_dimension') as varchar), 'utm_source')
        when 'utm_source' then leads.utm_source
        when 'utm_medium' then leads.utm_medium
        when 'utm_campaign' then leads.utm_campaign
        when 'utm_content' then leads.utm_content
        when 'utm_term' then leads.utm_term
    end as utm
from fact_lead as leads
where
    (
        cast(getvariable('sources') as varchar[]) is null
        or list_contains(cast(getvariable('sources') as varchar[]), leads.source_id)
    )
    and (
        cast(getvariable('utm_source') as varchar[]) is null
        or list_contains(cast(getvariable('utm_source') as varchar[]), leads.utm_source)
    )
    and (
        cast(getvariable('utm_medium') as varchar[]) is null
        or list_contains(cast(getvariable('utm_medium') as varchar[]), leads.utm_medium)
    )
    and (
        cast(getvariable('utm_campaign') as varchar[]) is null
        or list_contains(cast(getvariable('utm_campaign') as varchar[]), leads.utm_campaign)
    )
    and (
        cast(getvariable('utm_content') as varchar[]) is null
        or list_contains(cast(getvariable('utm_content') as varchar[]), leads.utm_content)
    )
    and (
        cast(getvariable('utm_term') as varchar[]) is null
        or list_contains(cast(getvariable('utm_term') as varchar[]), leads.utm_term)
    )
    and (
        cast(getvariable('countries') as varchar[]) is null
        or list_contains(cast(getvariable('countries') as varchar[]), leads.country)
    )
    and (
        cast(getvariable('cities') as varchar[]) is null
        or list_contains(cast(getvariable('cities') as varchar[]), leads.city)
    )
    and (
        cast(getvariable('stages') as varchar[]) is null
        or list_contains(cast(getvariable('stages') as varchar[]), leads.stage_key)
        -- no lead stage among those picked
        or concat('|', array_to_string(cast(getvariable('stages') as varchar[]), '|')) not like '%|lead:%'
    );

-- Deals under all filters but people. One row a deal.
create or replace view scope_deal_company as
select
    deals.*,
    case coalesce(cast(getvariable('utm_dimension') as varchar), 'utm_source')
        when 'utm_source' then deals.utm_source
        when 'utm_medium' then deals.utm_medium
        when 'utm_campaign' then deals.utm_campaign
        when 'utm_content' then deals.utm_content
        when 'utm_term' then deals.utm_term
    end as utm
from fact_deal as deals
where
    (
        cast(getvariable('funnels') as bigint[]) is null
        or list_contains(cast(getvariable('funnels') as bigint[]), deals.funnel_id)
    )
    and (
        cast(getvariable('sources') as varchar[]) is null
        or list_contains(cast(getvariable('sources') as varchar[]), deals.source_id)
    )
    and (
        cast(getvariable('utm_source') as varchar[]) is null
        or list_contains(cast(getvariable('utm_source') as varchar[]), deals.utm_source)
    )
    and (
        cast(getvariable('utm_medium') as varchar[]) is null
        or list_contains(cast(getvariable('utm_medium') as varchar[]), deals.utm_medium)
    )
    and (
        cast(getvariable('utm_campaign') as varchar[]) is null
        or list_contains(cast(getvariable('utm_campaign') as varchar[]), deals.utm_campaign)
    )
    and (
        cast(getvariable('utm_content') as varchar[]) is null
        or list_contains(cast(getvariable('utm_content') as varchar[]), deals.utm_content)
    )
    and (
        cast(getvariable('utm_term') as varchar[]) is null
        or list_contains(cast(getvariable('utm_term') as varchar[]), deals.utm_term)
    )
    and (
        cast(getvariable('countries') as varchar[]) is null
        or list_contains(cast(getvariable('countries') as varchar[]), deals.country)
    )
    and (
        cast(getvariable('cities') as varchar[]) is null
        or list_contains(cast(getvariable('cities') as varchar[]), deals.city)
    )
    and (
        cast(getvariable('stages') as varchar[]) is null
        or list_contains(cast(getvariable('stages') as varchar[]), deals.stage_key)
        or concat('|', array_to_string(cast(getvariable('stages') as varchar[]), '|')) not like '%|deal:%'
    );

-- Work under all filters but people: it follows its owner. One row a completed activity. Funnels, sources, UTM and
-- place ask for the owner of each: only what stands with a lead or deal that stays, stays. Lead stages ask for the
-- owner where that is a lead, deal stages where it is a deal. The conditions are constants of a question, spelled out
-- so that a branch nobody asks for is never read.
create or replace view scope_activity_company as
select work.*
from fact_activity as work
where
    coalesce(
        cast(cast(getvariable('funnels') as bigint[]) as varchar),
        cast(cast(getvariable('sources') as varchar[]) as varchar),
        cast(cast(getvariable('utm_source') as varchar[]) as varchar),
        cast(cast(getvariable('utm_medium') as varchar[]) as varchar),
        cast(cast(getvariable('utm_campaign') as varchar[]) as varchar),
        cast(cast(getvariable('utm_content') as varchar[]) as varchar),
        cast(cast(getvariable('utm_term') as varchar[]) as varchar),
        cast(cast(getvariable('countries') as varchar[]) as varchar),
        cast(cast(getvariable('cities') as varchar[]) as varchar)
    ) is null
    and not (
        coalesce(work.owner_type = 'lead', false)
        and concat('|', array_to_string(cast(getvariable('stages') as varchar[]), '|')) like '%|lead:%'
    )
    and not (
        coalesce(work.owner_type = 'deal', false)
        and concat('|', array_to_string(cast(getvariable('stages') as varchar[]), '|')) like '%|deal:%'
    )
union all
select work.*
from fact_activity as work
inner join scope_lead_company as owners
    on owners.lead_id = work.owner_id
where
    work.owner_type = 'lead'
    and cast(getvariable('funnels') as bigint[]) is null
    and (
        concat('|', array_to_string(cast(getvariable('stages') as varchar[]), '|')) like '%|lead:%'
        or coalesce(
            cast(cast(getvariable('funnels') as bigint[]) as varchar),
            cast(cast(getvariable('sources') as varchar[]) as varchar),
            cast(cast(getvariable('utm_source') as varchar[]) as varchar),
            cast(cast(getvariable('utm_medium') as varchar[]) as varchar),
            cast(cast(getvariable('utm_campaign') as varchar[]) as varchar),
            cast(cast(getvariable('utm_content') as varchar[]) as varchar),
            cast(cast(getvariable('utm_term') as varchar[]) as varchar),
            cast(cast(getvariable('countries') as varchar[]) as varchar),
            cast(cast(getvariable('cities') as varchar[]) as varchar)
        ) is not null
    )
union all
select work.*
from fact_activity as work
inner join scope_deal_company as owners
    on owners.deal_id = work.owner_id
where
    work.owner_type = 'deal'
    and (
        concat('|', array_to_string(cast(getvariable('stages') as varchar[]), '|')) like '%|deal:%'
        or coalesce(
            cast(cast(getvariable('funnels') as bigint[]) as varchar),
            cast(cast(getvariable('sources') as varchar[]) as varchar),
            cast(cast(getvariable('utm_source') as varchar[]) as varchar),
            cast(cast(getvariable('utm_medium') as varchar[]) as varchar),
            cast(cast(getvariable('utm_campaign') as varchar[]) as varchar),
            cast(cast(getvariable('utm_content') as varchar[]) as varchar),
            cast(cast(getvariable('utm_term') as varchar[]) as varchar),
            cast(cast(getvariable('countries') as varchar[]) as varchar),
            cast(cast(getvariable('cities') as varchar[]) as varchar)
        ) is not null
    );

-- The same of the people picked.
create or replace view scope_lead as
select leads.*
from scope_lead_company as leads
where leads.employee_id in (select employees.employee_id from scope_employee as employees);

create or replace view scope_deal as
select deals.*
from scope_deal_company as deals
where deals.employee_id in (select employees.employee_id from scope_employee as employees);

create or replace view scope_activity as
select work.*
from scope_activity_company as work
where work.employee_id in (select employees.employee_id from scope_employee as employees);

-- The plan: narrowed by funnels and people alone. One row a month × employee × funnel.
create or replace view scope_plan as
select
    plans.*,
    employees.department_id
from fact_plan as plans
inner join plan_employee as employees
    on employees.employee_id = plans.employee_id
where
    (
        cast(getvariable('funnels') as bigint[]) is null
        or list_contains(cast(getvariable('funnels') as bigint[]), plans.funnel_id)
    )
    and (
        cast(getvariable('employees') as bigint[]) is null
        or list_contains(cast(getvariable('employees') as bigint[]), plans.employee_id)
    )
    and (
        cast(getvariable('departments') as bigint[]) is null
        or employees.department_id in (
            select subtree.department_id
            from dim_department_subtree as subtree
            where list_contains(cast(getvariable('departments') as bigint[]), subtree.top_id)
        )
    );
