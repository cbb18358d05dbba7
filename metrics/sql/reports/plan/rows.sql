-- The sales plan, row by row: the months meant, what is planned and earned in them, what was sold beside it. Every
-- table of the report adds these rows up.

-- Grain: month the period touches. Question: how many working days has it, and how many of them have come inside the
-- period by as_of's day (which counts whole)?
create or replace view plan_months as
select
    days.month_start as month,
    days.month_end, buckets.bucket,
    working_days(days.is_working) as working_days,
    come_days(days.is_working and in_period(days.day), days.day, clock.as_of_day) as come_days
from calendar as days
inner join bucket_days as buckets
    on buckets.day = days.month_start
cross join clock
where
    days.month_start <= cast(getvariable('period_to') as date)
    and days.month_end >= cast(getvariable('period_from') as date)
group by days.month_start, days.month_end, buckets.bucket;

-- Grain: month the period touches × employee × funnel that have a row in the plan, the whole month's. Question: what is
-- planned there?
create or replace view period_plan as
select
    plans.month, months.bucket, plans.employee_id, plans.department_id, plans.funnel_id,
    coalesce(plans.plan_sum, 0) as plan_sum,
    coalesce(plans.plan_count, 0) as plan_count,
    coalesce(plans.step1_count, plans.step2_count, plans.step3_count) is not null as has_steps,
    plan_by_days(cast(coalesce(plans.plan_sum, 0) as decimal(38, 2)), months.come_days, months.working_days)
        as plan_to_date
from scope_plan as plans
inner join plan_months as months
    on months.month = plans.month;

-- Grain: month the period touches × employee × funnel whose plan is fulfilled and has earned a step. Question: which
-- bonus? Of the whole month and all its facts, whatever the side filters say: the amount decides where one is planned,
-- else the count; then the step with the highest count reached, the highest one alone. Borders are compared in decimals.
create or replace view plan_bonus as
with judged as (
    select
        plans.*,
        coalesce(won.won_count, 0) as won_count,
        case
            when coalesce(plans.plan_sum, 0) <> 0
                then
                    coalesce(won.won_sum, 0)
                    >= cast(plans.plan_sum as decimal(38, 2)) * cast(getvariable('min_completion') as decimal(18, 4))
            when coalesce(plans.plan_count, 0) <> 0
                then
                    coalesce(won.won_count, 0)
                    >= plans.plan_count * cast(getvariable('min_completion') as decimal(18, 4))
            else false
        end as is_fulfilled
    from scope_plan as plans
    inner join plan_months as months
        on months.month = plans.month
    left join fact_won_month as won
        on
            won.month = plans.month
            and won.employee_id = plans.employee_id
            and won.funnel_id = plans.funnel_id
),

steps as (
    select judged.*, judged.step1_count as step_count, judged.step1_bonus as step_bonus from judged
    union all
    select judged.*, judged.step2_count as step_count, judged.step2_bonus as step_bonus from judged
    union all
    select judged.*, judged.step3_count as step_count, judged.step3_bonus as step_bonus from judged
)

select
    steps.month, steps.employee_id, steps.funnel_id,
    coalesce(steps.step_bonus, 0) as bonus
from steps
where steps.is_fulfilled and steps.step_count <= steps.won_count
qualify row_number() over (
    partition by steps.month, steps.employee_id, steps.funnel_id
    order by steps.step_count desc, steps.step_bonus desc nulls last
) = 1;

-- Grain: employee × funnel that have a plan, a sale or a deal in work. Question: what was planned, sold and earned, and
-- what lies ahead? The plan is of whole months, the facts of the period's days and under all filters.
create or replace view plan_rows as
with planned as (
    select
        plans.employee_id, plans.funnel_id,
        total_sum(plans.plan_sum) as plan_sum,
        total_sum(plans.plan_count) as plan_count,
        total_sum(plans.plan_to_date) as plan_to_date
    from period_plan as plans
    group by plans.employee_id, plans.funnel_id
),

earned as (
    select
        bonuses.employee_id, bonuses.funnel_id,
        total_sum(bonuses.bonus) as bonus
    from plan_bonus as bonuses
    group by bonuses.employee_id, bonuses.funnel_id
),

sold as (
    select
        deals.employee_id, deals.funnel_id,
        unnest(won_figures(is_won, amount)),
        unnest(new_figures(is_won, is_new, amount)),
        unnest(repeat_figures(is_won, is_repeat, amount)),
        unnest(in_work_figures(is_in_work, amount))
    from period_deal as deals
    where deals.part = 'current' and (deals.is_won or deals.is_in_work)
    group by deals.employee_id, deals.funnel_id
)

select
    employees.employee_id, employees.employee, employees.department_id, employees.department,
    funnels.funnel_id, funnels.funnel,
    coalesce(planned.plan_sum, 0) as plan_sum,
    coalesce(planned.plan_count, 0) as plan_count,
    coalesce(planned.plan_to_date, 0) as plan_to_date,
    coalesce(earned.bonus, 0) as bonus,
    coalesce(sold.won_count, 0) as won_count,
    coalesce(sold.won_sum, 0) as won_sum,
    coalesce(sold.new_count, 0) as new_count,
    coalesce(sold.new_sum, 0) as new_sum,
    coalesce(sold.repeat_count, 0) as repeat_count,
    coalesce(sold.repeat_sum, 0) as repeat_sum,
    coalesce(sold.in_work_count, 0) as in_work_count,
    coalesce(sold.in_work_sum, 0) as in_work_sum
from planned
full outer join sold
    on
        sold.employee_id = planned.employee_id
        and sold.funnel_id = planned.funnel_id
left join earned
    on
        earned.employee_id = planned.employee_id
        and earned.funnel_id = planned.funnel_id
inner join plan_employee as employees
    on employees.employee_id = coalesce(planned.employee_id, sold.employee_id)
inner join plan_funnel as funnels
    on funnels.funnel_id = coalesce(planned.funnel_id, sold.funnel_id);

-- Grain: bucket × employee × funnel that have a plan or a sale there. Question: what was planned and sold in it? The
-- plan of a bucket is of the months that lie in it.
create or replace view plan_bucket_rows as
with planned as (
    select
        plans.bucket, plans.employee_id, plans.funnel_id,
        total_sum(plans.plan_sum) as plan_sum,
        total_sum(plans.plan_count) as plan_count
    from period_plan as plans
    where plans.plan_sum <> 0 or plans.plan_count <> 0
    group by plans.bucket, plans.employee_id, plans.funnel_id
),

sold as (
    select
        days.bucket, deals.employee_id, deals.funnel_id,
        unnest(won_figures(true, amount))
    from period_deal as deals
    inner join bucket_days as days
        on days.day = deals.closed_on
    where deals.part = 'current' and deals.is_won
    group by days.bucket, deals.employee_id, deals.funnel_id
)

select
    coalesce(planned.bucket, sold.bucket) as bucket,
    employees.employee_id, employees.department_id,
    coalesce(planned.funnel_id, sold.funnel_id) as funnel_id,
    coalesce(planned.plan_sum, 0) as plan_sum,
    coalesce(planned.plan_count, 0) as plan_count,
    coalesce(sold.won_count, 0) as won_count,
    coalesce(sold.won_sum, 0) as won_sum
from planned
full outer join sold
    on
        sold.bucket = planned.bucket
        and sold.employee_id = planned.employee_id
        and sold.funnel_id = planned.funnel_id
inner join plan_employee as employees
    on employees.employee_id = coalesce(planned.employee_id, sold.employee_id);
