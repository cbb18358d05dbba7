-- The sales plan in all, by department and by employee: what was planned and what came of it. Rows stand where a plan
-- or a sale is, by employee also where a deal is in work.

-- Grain: one row. Question: is the plan met, what is left of it, and where should it stand today?
create or replace view plan_summary as
with total as (
    select
        unnest(plan_figures(plan_sum, won_sum, won_count, plan_count)),
        unnest(new_repeat_sums(new_sum, repeat_sum)),
        unnest(in_work_totals(in_work_count, in_work_sum)),
        total_count(plans.new_count) as new_count,
        total_count(plans.repeat_count) as repeat_count,
        total_sum(plans.bonus) as bonus,
        total_sum(plans.plan_to_date) as plan_to_date
    from plan_rows as plans
)

select
    total.plan_sum, total.fact_sum,
    completion(total.fact_sum, total.plan_sum) as completion,
    remaining(total.fact_sum, total.plan_sum) as remaining,
    total.won_count,
    avg_check(total.fact_sum, total.won_count) as avg_check,
    total.new_count, total.new_sum, total.repeat_count, total.repeat_sum,
    repeat_share(total.new_sum, total.repeat_sum) as repeat_share,
    total.plan_count,
    completion(total.won_count, total.plan_count) as count_completion,
    total.in_work_count, total.in_work_sum, total.bonus, total.plan_to_date,
    completion(total.fact_sum, total.plan_to_date) as completion_to_date
from total;

-- Grain: department of the employee, its own people only. Question: which department meets its plan?
create or replace view plan_by_department as
with counted as (
    select
        plans.department_id, plans.department,
        unnest(plan_figures(plan_sum, won_sum, won_count, plan_count)),
        unnest(new_repeat_sums(new_sum, repeat_sum))
    from plan_rows as plans
    group by plans.department_id, plans.department
)

select
    counted.department_id, counted.department, counted.plan_sum, counted.fact_sum,
    completion(counted.fact_sum, counted.plan_sum) as completion,
    remaining(counted.fact_sum, counted.plan_sum) as remaining,
    counted.won_count,
    repeat_share(counted.new_sum, counted.repeat_sum) as repeat_share,
    counted.plan_count,
    completion(counted.won_count, counted.plan_count) as count_completion
from counted
where has_plan_or_sale(counted.plan_sum, counted.plan_count, counted.won_count);

-- Grain: department × funnel. Question: which funnels does a department's plan and fact consist of?
create or replace view plan_by_department_funnel as
with counted as (
    select
        plans.department_id, plans.department, plans.funnel_id, plans.funnel,
        unnest(plan_figures(plan_sum, won_sum, won_count, plan_count)),
        unnest(new_repeat_sums(new_sum, repeat_sum))
    from plan_rows as plans
    group by plans.department_id, plans.department, plans.funnel_id, plans.funnel
)

select
    counted.department_id, counted.department, counted.funnel_id, counted.funnel, counted.plan_sum, counted.fact_sum,
    completion(counted.fact_sum, counted.plan_sum) as completion,
    remaining(counted.fact_sum, counted.plan_sum) as remaining,
    counted.won_count,
    repeat_share(counted.new_sum, counted.repeat_sum) as repeat_share,
    counted.plan_count,
    completion(counted.won_count, counted.plan_count) as count_completion
from counted
where has_plan_or_sale(counted.plan_sum, counted.plan_count, counted.won_count);

-- Grain: employee. Question: who meets their plan, what bonus have they earned, and what do they have in work?
create or replace view plan_by_employee as
with counted as (
    select
        plans.employee_id, plans.employee, plans.department_id, plans.department,
        unnest(plan_figures(plan_sum, won_sum, won_count, plan_count)),
        unnest(in_work_totals(in_work_count, in_work_sum)),
        total_sum(plans.bonus) as bonus
    from plan_rows as plans
    group by plans.employee_id, plans.employee, plans.department_id, plans.department
)

select
    counted.employee_id, counted.employee, counted.department_id, counted.department,
    counted.plan_sum, counted.fact_sum,
    completion(counted.fact_sum, counted.plan_sum) as completion,
    remaining(counted.fact_sum, counted.plan_sum) as remaining,
    counted.won_count,
    avg_check(counted.fact_sum, counted.won_count) as avg_check,
    counted.in_work_count, counted.in_work_sum, counted.bonus, counted.plan_count,
    completion(counted.won_count, counted.plan_count) as count_completion
from counted
where
    has_plan_or_sale(counted.plan_sum, counted.plan_count, counted.won_count)
    or counted.in_work_count > 0;

-- Grain: employee × funnel. Question: which funnels does an employee's plan and fact consist of?
create or replace view plan_by_employee_funnel as
select
    plans.employee_id, plans.employee, plans.department_id, plans.department, plans.funnel_id, plans.funnel,
    plans.plan_sum,
    plans.won_sum as fact_sum,
    completion(plans.won_sum, plans.plan_sum) as completion,
    remaining(plans.won_sum, plans.plan_sum) as remaining,
    plans.won_count,
    avg_check(plans.won_sum, plans.won_count) as avg_check,
    plans.in_work_count, plans.in_work_sum, plans.bonus,
    cast(plans.plan_count as bigint) as plan_count,
    completion(plans.won_count, cast(plans.plan_count as bigint)) as count_completion
from plan_rows as plans
where has_plan_or_sale(plans.plan_sum, plans.plan_count, plans.won_count) or plans.in_work_count > 0;

-- Grain: part (current, previous_same_days, previous), always three rows. Question: how does the month of the period's
-- last day stand beside the month before, up to the same day and whole? The day is the one that as_of has reached in the
-- current month: none before it has begun, and the whole month once its last day has come. The plan is the whole month's.
create or replace view plan_month_comparison as
with months as (
    select
        ours.month_start, ours.month_end, ours.month_number,
        earlier.month_start as previous_start,
        earlier.month_end as previous_end
    from calendar as ours
    left join calendar as earlier
        on earlier.day = ours.month_before
    where ours.day = cast(getvariable('period_to') as date)
),

parts as (
    select
        'current' as part,
        months.month_start as first_day,
        months.month_end as last_day
    from months
    union all
    select
        'previous_same_days' as part,
        months.previous_start as first_day,
        case
            when clock.as_of_day >= months.month_end then months.previous_end
            when reached.month_number = months.month_number then reached.month_before
        end as last_day
    from months
    cross join clock
    inner join calendar as reached
        on reached.day = clock.as_of_day
    union all
    select
        'previous' as part,
        months.previous_start as first_day,
        months.previous_end as last_day
    from months
),

planned as (
    select
        plans.month,
        total_sum(plans.plan_sum) as plan_sum
    from scope_plan as plans
    group by plans.month
),

sold as (
    select
        parts.part,
        unnest(won_figures(true, amount)),
        unnest(new_figures(true, is_new, amount)),
        unnest(repeat_figures(true, is_repeat, amount))
    from scope_deal as deals
    inner join parts
        on
            deals.closed_on >= parts.first_day
            and deals.closed_on <= parts.last_day
    where deals.state = 'won'
    group by parts.part
)

select
    parts.part,
    parts.first_day as month,
    coalesce(planned.plan_sum, 0) as plan_sum,
    coalesce(sold.won_sum, 0) as fact_sum,
    completion(coalesce(sold.won_sum, 0), planned.plan_sum) as completion,
    coalesce(sold.won_count, 0) as won_count,
    avg_check(sold.won_sum, sold.won_count) as avg_check,
    coalesce(sold.new_count, 0) as new_count,
    coalesce(sold.new_sum, 0) as new_sum,
    coalesce(sold.repeat_count, 0) as repeat_count,
    coalesce(sold.repeat_sum, 0) as repeat_sum
from parts
left join planned
    on planned.month = parts.first_day
left join sold
    on sold.part = parts.part;
