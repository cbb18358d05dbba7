-- The facts under the filters, in two steps: *_company under all filters but people (the activity index' company reads
-- these), then those of the people picked. Every filter is a session variable: null = all; '' and 0 are values.

-- Some stage of a kind (lead, deal) is among those picked: a constant of the question.
create or replace macro asks_stages_of(entity) as
concat('|', array_to_string(cast(getvariable('stages') as varchar[]), '|')) like concat('%|', entity, ':%');

-- Some filter is set that asks what a lead or deal is, beyond whose it is and in which funnel: facts that are added up
-- or hold a record's people and funnel cannot tell. A constant likewise.
create or replace macro asks_for_origin() as
getvariable('sources') is not null
or getvariable('utm_source') is not null
or getvariable('utm_medium') is not null
or getvariable('utm_campaign') is not null
or getvariable('utm_content') is not null
or getvariable('utm_term') is not null
or getvariable('countries') is not null
or getvariable('cities') is not null;

create or replace macro asks_for_records() as asks_for_origin() or getvariable('stages') is not null;

-- Some filter is set that asks for the lead or deal a piece of work stands with.
create or replace macro asks_for_owners() as getvariable('funnels') is not null or asks_for_origin();

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

-- The same by day × employee, wide: a column a kind. Days that are added up already answer where nothing but funnels is
-- asked of the owner; else it is added up here, out of the rows that stay.
create or replace view scope_work_day_company as
select
    days.day, days.employee_id, days.meetings, days.calls, days.emails, days.tasks, days.comments, days.other,
    days.activities, days.call_minutes, days.points
from fact_work_day as days
where
    not asks_for_records()
    and passes_id('funnels', days.funnel_id)
union all
select
    added_up.day, added_up.employee_id, added_up.meetings, added_up.calls, added_up.emails, added_up.tasks,
    added_up.comments, added_up.other, added_up.activities, added_up.call_minutes, added_up.points
from (
    select
        by_kind.day, by_kind.employee_id,
        unnest(client_work(kind, done)),
        unnest(other_work(kind, done)),
        unnest(all_work(done, seconds, points))
    from (
        select
            work.day, work.employee_id, work.kind,
            count(*) as done,
            total_sum(work.seconds) as seconds,
            total_sum(work.points) as points
        from scope_activity_company as work
        where asks_for_records()
        group by work.day, work.employee_id, work.kind
    ) as by_kind
    group by by_kind.day, by_kind.employee_id
) as added_up;

-- The same of the people picked. Conditions of a column, not a look into dim_employee: where nobody is picked they are
-- constants, and an employee picked is asked of the rows as they are read.
create or replace macro is_of_people_picked(employee_id) as
passes_id('employees', employee_id)
and (
    getvariable('departments') is null
    or employee_id in (
        select people.employee_id
        from dim_department_people as people
        where list_contains(cast(getvariable('departments') as bigint[]), people.top_id)
    )
);

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
