-- The facts under the filters, in two steps: *_company under all filters but people (the activity index' company reads
-- these), then those of the people picked. Every filter is a session variable: null = all; '' and 0 are values.

-- The department filter takes a department with its whole subtree.
create or replace macro passes_department(department_id) as
getvariable('departments') is null
or department_id in (
    select subtree.department_id
    from dim_department_subtree as subtree
    where list_contains(cast(getvariable('departments') as bigint[]), subtree.top_id)
);

-- Employees that pass the filters of department and employee. One row an employee.
create or replace view scope_employee as
select employees.*
from dim_employee as employees
where passes_id('employees', employees.employee_id) and passes_department(employees.department_id);

-- What is asked of leads and of deals alike: source, marks, place.
create or replace macro passes_origin(
    source_id, utm_source, utm_medium, utm_campaign, utm_content, utm_term, country, city
) as
passes('sources', source_id)
and passes('utm_source', utm_source)
and passes('utm_medium', utm_medium)
and passes('utm_campaign', utm_campaign)
and passes('utm_content', utm_content)
and passes('utm_term', utm_term)
and passes('countries', country)
and passes('cities', city);

-- Leads under all filters but people; funnels never touch a lead, and only lead stages ask for a lead's stage. One row
-- a lead; utm is the value of the mark that utm_dimension names.
create or replace view scope_lead_company as
select
    leads.*,
    picked_utm(utm_source, utm_medium, utm_campaign, utm_content, utm_term) as utm
from fact_lead as leads
where
    passes_origin(source_id, utm_source, utm_medium, utm_campaign, utm_content, utm_term, country, city)
    and (passes('stages', leads.stage_key) or not asks_stages_of('lead'));

-- Deals under all filters but people. One row a deal.
create or replace view scope_deal_company as
select
    deals.*,
    picked_utm(utm_source, utm_medium, utm_campaign, utm_content, utm_term) as utm
from fact_deal as deals
where
    passes_id('funnels', deals.funnel_id)
    and passes_origin(source_id, utm_source, utm_medium, utm_campaign, utm_content, utm_term, country, city)
    and (passes('stages', deals.stage_key) or not asks_stages_of('deal'));

-- Work under all filters but people: it follows its owner. One row a completed activity. Funnels, sources, UTM and
-- place ask for the owner of each: only what stands with a lead or deal that stays, stays. Lead stages ask for the
-- owner where that is a lead, deal stages where it is a deal. The conditions are constants of a question, so that a
-- branch nobody asks for is never read.
create or replace view scope_activity_company as
select work.*
from fact_activity as work
where
    not asks_for_owners()
    and not (coalesce(work.owner_type = 'lead', false) and asks_stages_of('lead'))
    and not (coalesce(work.owner_type = 'deal', false) and asks_stages_of('deal'))
union all
select work.*
from fact_activity as work
inner join scope_lead_company as owners
    on owners.lead_id = work.owner_id
where
    work.owner_type = 'lead'
    and getvariable('funnels') is null
    and (asks_stages_of('lead') or asks_for_owners())
union all
select work.*
from fact_activity as work
inner join scope_deal_company as owners
    on owners.deal_id = work.owner_id
where
    work.owner_type = 'deal'
    and (asks_stages_of('deal') or asks_for_owners());

-- The same of the people picked.
create or replace macro is_of_people_picked(employee_id) as
employee_id in (select employees.employee_id from scope_employee as employees);

create or replace view scope_lead as
select leads.*
from scope_lead_company as leads
where is_of_people_picked(leads.employee_id);

create or replace view scope_deal as
select deals.*
from scope_deal_company as deals
where is_of_people_picked(deals.employee_id);

create or replace view scope_activity as
select work.*
from scope_activity_company as work
where is_of_people_picked(work.employee_id);

-- The plan: narrowed by funnels and people alone. One row a month × employee × funnel.
create or replace view scope_plan as
select
    plans.*,
    employees.department_id
from fact_plan as plans
inner join plan_employee as employees
    on employees.employee_id = plans.employee_id
where
    passes_id('funnels', plans.funnel_id)
    and passes_id('employees', plans.employee_id)
    and passes_department(employees.department_id);
