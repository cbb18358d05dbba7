-- What the page of the plan says beside its tables, and what stands beside a plan while it is made.

-- Grain: one row. Question: which whole months is the plan of, and what in it or beside it needs a look? Bonus steps
-- that cannot be earned because nothing is planned in their row; employees who sold and have no plan.
create or replace view plan_pitfalls as
with months as (
    select
        min(plan_months.month) as plan_from,
        max(plan_months.month_end) as plan_to
    from plan_months
),

planned as (
    select
        count(*) as plan_rows,
        count(*) filter (where plans.has_steps and plans.plan_sum = 0 and plans.plan_count = 0) as idle_step_rows
    from period_plan as plans
),

unplanned as (
    select
        count(*) as people,
        sum(employees.fact_sum) as fact_sum
    from plan_by_employee as employees
    where employees.plan_sum = 0 and employees.plan_count = 0 and employees.won_count > 0
)

select
    months.plan_from, months.plan_to,
    months.plan_from = cast(getvariable('period_from') as date)
    and months.plan_to = cast(getvariable('period_to') as date) as is_whole,
    planned.plan_rows, planned.idle_step_rows,
    unplanned.people as unplanned_people,
    coalesce(unplanned.fact_sum, 0) as unplanned_sum
from months
cross join planned
cross join unplanned;

-- Grain: employee × funnel: whoever a plan can be made for, has one or sold something in the months beside it. Question:
-- what is planned for the month of the period's last day, and what was planned and sold in the month before and a year
-- before? Whole months.
create or replace view plan_editor as
with months as (
    select
        ours.month_start,
        previous.month_start as previous_start,
        previous.month_end as previous_end,
        year_ago.month_start as year_ago_start,
        year_ago.month_end as year_ago_end
    from calendar as ours
    left join calendar as previous
        on previous.day = ours.month_before
    left join calendar as year_ago
        on year_ago.day = ours.year_before
    where ours.day = cast(getvariable('period_to') as date)
),

planned as (
    select
        plans.employee_id, plans.funnel_id,
        sum(plans.plan_sum) filter (where plans.month = months.month_start) as plan_sum,
        sum(plans.plan_count) filter (where plans.month = months.month_start) as plan_count,
        sum(plans.plan_sum) filter (where plans.month = months.previous_start) as previous_plan_sum
    from scope_plan as plans
    inner join months
        on plans.month = months.month_start or plans.month = months.previous_start
    group by plans.employee_id, plans.funnel_id
),

sold as (
    select
        deals.employee_id, deals.funnel_id,
        count(*) filter (where deals.closed_on between months.previous_start and months.previous_end) as previous_count,
        sum(deals.amount) filter (where deals.closed_on between months.previous_start and months.previous_end)
            as previous_sum,
        count(*) filter (where deals.closed_on between months.year_ago_start and months.year_ago_end) as year_ago_count,
        sum(deals.amount) filter (where deals.closed_on between months.year_ago_start and months.year_ago_end)
            as year_ago_sum
    from scope_deal as deals
    inner join months
        on
            (deals.closed_on >= months.previous_start and deals.closed_on <= months.previous_end)
            or (deals.closed_on >= months.year_ago_start and deals.closed_on <= months.year_ago_end)
    where deals.state = 'won'
    group by deals.employee_id, deals.funnel_id
),

met as (
    select employees.employee_id, funnels.funnel_id
    from scope_employee as employees
    cross join dim_funnel as funnels
    where
        employees.is_active
        and funnels.in_dictionary
        and passes_id('funnels', funnels.funnel_id)
    union
    select planned.employee_id, planned.funnel_id from planned
    union
    select sold.employee_id, sold.funnel_id from sold
)

select
    employees.employee_id, employees.employee, employees.department_id, employees.department,
    funnels.funnel_id, funnels.funnel,
    employees.is_active,
    coalesce(planned.plan_sum, 0) as plan_sum,
    cast(coalesce(planned.plan_count, 0) as bigint) as plan_count,
    coalesce(planned.previous_plan_sum, 0) as previous_plan_sum,
    coalesce(sold.previous_count, 0) as previous_count,
    coalesce(sold.previous_sum, 0) as previous_sum,
    coalesce(sold.year_ago_count, 0) as year_ago_count,
    coalesce(sold.year_ago_sum, 0) as year_ago_sum
from met
inner join plan_employee as employees
    on employees.employee_id = met.employee_id
inner join plan_funnel as funnels
    on funnels.funnel_id = met.funnel_id
left join planned
    on
        planned.employee_id = met.employee_id
        and planned.funnel_id = met.funnel_id
left join sold
    on
        sold.employee_id = met.employee_id
        and sold.funnel_id = met.funnel_id;

-- Grain: department of the employee. Question: what does the month's plan come to in each, beside the months before?
create or replace view plan_editor_department as
select
    plans.department_id, plans.department,
    unnest(plan_editor_figures(
        plan_sum, plan_count, previous_plan_sum, previous_count, previous_sum, year_ago_count, year_ago_sum
    ))
from plan_editor as plans
group by plans.department_id, plans.department
having
    total_sum(plans.plan_sum) <> 0
    or total_count(plans.plan_count) <> 0
    or total_sum(plans.previous_plan_sum) <> 0
    or total_count(plans.previous_count) <> 0
    or total_count(plans.year_ago_count) <> 0;

-- Grain: one row. Question: what does the month's plan come to in all?
create or replace view plan_editor_total as
select
    unnest(plan_editor_figures(
        plan_sum, plan_count, previous_plan_sum, previous_count, previous_sum, year_ago_count, year_ago_sum
    ))
from plan_editor as plans;
