-- Grain: filter × value. Question: what can be picked? Values that a dictionary has or that occur; '' and 0 ("none")
-- where they occur. detail tells namesakes apart; parent is the department above; label '' is for the page to name.
create or replace view filter_options as
with responsible as (
    select people.employee_id from fact_responsible as people
    union
    select plans.employee_id from fact_plan as plans
),

texts as (
    select found.filter, found.value from fact_filter_text as found
)

select
    'funnels' as filter,
    cast(funnels.funnel_id as varchar) as value,
    funnels.funnel as label,
    cast(null as varchar) as detail, cast(null as varchar) as parent,
    row_number() over (order by funnels.funnel_sort nulls last, funnels.funnel_id) as sort
from plan_funnel as funnels
union all
select
    'departments' as filter,
    cast(departments.department_id as varchar) as value,
    departments.department as label,
    cast(null as varchar) as detail,
    case when parents.department_id <> 0 then cast(parents.department_id as varchar) end as parent,
    row_number() over (
        order by departments.department_id = 0, departments.department_sort nulls last, departments.department_id
    ) as sort
from dim_department as departments
left join dim_department as parents
    on parents.department_id = departments.parent_id
where
    departments.department_id <> 0
    or exists (
        select 1
        from responsible
        inner join plan_employee as employees
            on employees.employee_id = responsible.employee_id
        where employees.department_id = 0
    )
union all
select
    'employees' as filter,
    cast(employees.employee_id as varchar) as value,
    employees.employee as label,
    employees.department as detail,
    cast(employees.department_id as varchar) as parent,
    row_number() over (
        order by employees.employee_id = 0, employees.is_dismissed, employees.employee, employees.employee_id
    ) as sort
from plan_employee as employees
where
    employees.is_staff
    or employees.employee_id in (select responsible.employee_id from responsible)
union all
select
    'sources' as filter,
    sources.source_id as value,
    sources.source as label,
    cast(null as varchar) as detail, cast(null as varchar) as parent,
    row_number() over (order by sources.source_id = '', sources.source_sort nulls last, sources.source_id) as sort
from dim_source as sources
where
    sources.source_id <> ''
    or exists (select 1 from fact_source_met as met where met.source_id = '')
union all
select
    texts.filter, texts.value,
    texts.value as label,
    cast(null as varchar) as detail, cast(null as varchar) as parent,
    row_number() over (partition by texts.filter order by texts.value = '', texts.value) as sort
from texts
union all
select
    'stages' as filter,
    concat('lead:', stages.stage_id) as value,
    stages.stage as label,
    cast(null as varchar) as detail,
    'lead' as parent,
    row_number() over (order by stages.stage_sort nulls last, stages.stage_id) as sort
from dim_lead_stage as stages
union all
select
    'stages' as filter,
    concat('deal:', stages.stage_id) as value,
    min(stages.stage) as label,
    min(funnels.funnel) as detail,
    'deal' as parent,
    row_number() over (
        order by
            min(funnels.funnel_sort) nulls last, min(funnels.funnel_id), min(stages.stage_sort) nulls last,
            stages.stage_id
    ) + 1000 as sort
from dim_deal_stage as stages
inner join dim_funnel as funnels
    on funnels.funnel_id = stages.funnel_id
group by stages.stage_id;
