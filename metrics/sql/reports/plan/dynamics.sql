-- The sales plan over time: dense over the buckets of the period and whoever has a plan or a sale in it. The plan of a
-- bucket is of the months that lie in it; its fact is of its days inside the period.

-- Grain: bucket, dense. Question: how do plan and fact move?
create or replace view plan_dynamics as
with counted as (
    select
        plans.bucket,
        unnest(plan_figures(plan_sum, won_sum, won_count, plan_count))
    from plan_bucket_rows as plans
    group by plans.bucket
)

select
    buckets.bucket,
    coalesce(counted.plan_sum, 0) as plan_sum,
    coalesce(counted.fact_sum, 0) as fact_sum,
    completion(counted.fact_sum, counted.plan_sum) as completion,
    coalesce(counted.won_count, 0) as won_count,
    coalesce(counted.plan_count, 0) as plan_count
from buckets
left join counted
    on counted.bucket = buckets.bucket;

-- Grain: bucket × department of the employee, dense. Question: how does each department's plan and fact move?
create or replace view plan_department_dynamics as
with counted as (
    select
        plans.bucket, plans.department_id,
        unnest(plan_figures(plan_sum, won_sum, won_count, plan_count))
    from plan_bucket_rows as plans
    group by plans.bucket, plans.department_id
),

present as (
    select distinct counted.department_id
    from counted
    where has_plan_or_sale(counted.plan_sum, counted.plan_count, counted.won_count)
)

select
    buckets.bucket, departments.department_id, departments.department,
    coalesce(counted.plan_sum, 0) as plan_sum,
    coalesce(counted.fact_sum, 0) as fact_sum,
    completion(counted.fact_sum, counted.plan_sum) as completion,
    coalesce(counted.won_count, 0) as won_count,
    coalesce(counted.plan_count, 0) as plan_count
from buckets
cross join present
inner join dim_department as departments
    on departments.department_id = present.department_id
left join counted
    on
        counted.bucket = buckets.bucket
        and counted.department_id = present.department_id;

-- Grain: bucket × employee, dense. Question: how does each one's plan and fact move?
create or replace view plan_employee_dynamics as
with counted as (
    select
        plans.bucket, plans.employee_id,
        unnest(plan_figures(plan_sum, won_sum, won_count, plan_count))
    from plan_bucket_rows as plans
    group by plans.bucket, plans.employee_id
),

present as (
    select distinct counted.employee_id
    from counted
    where has_plan_or_sale(counted.plan_sum, counted.plan_count, counted.won_count)
)

select
    buckets.bucket, employees.employee_id, employees.employee,
    coalesce(counted.plan_sum, 0) as plan_sum,
    coalesce(counted.fact_sum, 0) as fact_sum,
    completion(counted.fact_sum, counted.plan_sum) as completion,
    coalesce(counted.won_count, 0) as won_count,
    coalesce(counted.plan_count, 0) as plan_count
from buckets
cross join present
inner join plan_employee as employees
    on employees.employee_id = present.employee_id
left join counted
    on
        counted.bucket = buckets.bucket
        and counted.employee_id = present.employee_id;

-- Grain: bucket × employee × funnel, dense. Question: which funnels is each one's plan and fact of, over time?
create or replace view plan_employee_funnel_dynamics as
with present as (
    select distinct plans.employee_id, plans.funnel_id
    from plan_bucket_rows as plans
    where has_plan_or_sale(plans.plan_sum, plans.plan_count, plans.won_count)
)

select
    buckets.bucket, employees.employee_id, employees.employee, employees.department_id, employees.department,
    funnels.funnel_id, funnels.funnel,
    coalesce(plans.plan_sum, 0) as plan_sum,
    coalesce(plans.won_sum, 0) as fact_sum,
    completion(plans.won_sum, plans.plan_sum) as completion,
    coalesce(plans.won_count, 0) as won_count,
    cast(coalesce(plans.plan_count, 0) as bigint) as plan_count
from buckets
cross join present
inner join plan_employee as employees
    on employees.employee_id = present.employee_id
inner join plan_funnel as funnels
    on funnels.funnel_id = present.funnel_id
left join plan_bucket_rows as plans
    on
        plans.bucket = buckets.bucket
        and plans.employee_id = present.employee_id
        and plans.funnel_id = present.funnel_id;
