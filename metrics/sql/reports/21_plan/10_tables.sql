-- The sales plan in all, by department and by employee: what was planned and what came of it. Rows stand where a plan
-- or a sale is, by employee also where a deal is in work.

-- Grain: one row. Question: is the plan met, what is left of it, and where should it stand today?
create or replace view plan_summary as
with total as (
    select
        coalesce(sum(plans.plan_sum), 0) as plan_sum,
        coalesce(sum(plans.won_sum), 0) as fact_sum,
        cast(coalesce(sum(plans.won_count), 0) as bigint) as won_count,
        cast(coalesce(sum(plans.new_count), 0) as bigint) as new_count,
        coalesce(sum(plans.new_sum), 0) as new_sum,
        cast(coalesce(sum(plans.repeat_count), 0) as bigint) as repeat_count,
        coalesce(sum(plans.repeat_sum), 0) as repeat_sum,
        cast(coalesce(sum(plans.plan_count), 0) as bigint) as plan_count,
        cast(coalesce(sum(plans.in_work_count), 0) as bigint) as in_work_count,
        coalesce(sum(plans.in_work_sum), 0) as in_work_sum,
        coalesce(sum(plans.bonus), 0) as bonus,
        coalesce(sum(plans.plan_to_date), 0) as plan_to_date
    from plan_rows as plans
)

select
    total.plan_sum as plan_sum,
    total.fact_sum as fact_sum,
    total.fact_sum / nullif(total.plan_sum, 0) as completion,
    greatest(total.plan_sum - total.fact_sum, 0) as remaining,
    total.won_count as won_count,
    total.fact_sum / nullif(total.won_count, 0) as avg_check,
    total.new_count as new_count,
    total.new_sum as new_sum,
    total.repeat_count as repeat_count,
    total.repeat_sum as repeat_sum,
    total.repeat_sum / nullif(total.new_sum + total.repeat_sum, 0) as repeat_share,
    total.plan_count as plan_count,
    total.won_count / nullif(total.plan_count, 0) as count_completion,
    total.in_work_count as in_work_count,
    total.in_work_sum as in_work_sum,
    total.bonus as bonus,
    total.plan_to_date as plan_to_date,
    total.fact_sum / nullif(total.plan_to_date, 0) as completion_to_date
from total;

-- Grain: department of the employee, its own people only. Question: which department meets its plan?
create or replace view plan_by_department as
with counted as (
    select
        plans.department_id,
        plans.department,
        sum(plans.plan_sum) as plan_sum,
        sum(plans.won_sum) as fact_sum,
        cast(sum(plans.won_count) as bigint) as won_count,
        sum(plans.new_sum) as new_sum,
        sum(plans.repeat_sum) as repeat_sum,
        cast(sum(plans.plan_count) as bigint) as plan_count
    from plan_rows as plans
    group by plans.department_id, plans.department
)

select
    counted.department_id as department_id,
    counted.department as department,
    counted.plan_sum as plan_sum,
    counted.fact_sum as fact_sum,
    counted.fact_sum / nullif(counted.plan_sum, 0) as completion,
    greatest(counted.plan_sum - counted.fact_sum, 0) as remaining,
    counted.won_count as won_count,
    counted.repeat_sum / nullif(counted.new_sum + counted.repeat_sum, 0) as repeat_share,
    counted.plan_count as plan_count,
    counted.won_count / nullif(counted.plan_count, 0) as count_completion
from counted
where counted.plan_sum <> 0 or counted.plan_count <> 0 or counted.won_count > 0;

-- Grain: department × funnel. Question: which funnels does a department's plan and fact consist of?
create or replace view plan_by_department_funnel as
with counted as (
    select
        plans.department_id,
        plans.department,
        plans.funnel_id,
        plans.funnel,
        sum(plans.plan_sum) as plan_sum,
        sum(plans.won_sum) as fact_sum,
        cast(sum(plans.won_count) as bigint) as won_count,
        sum(plans.new_sum) as new_sum,
        sum(plans.repeat_sum) as repeat_sum,
        cast(sum(plans.plan_count) as bigint) as plan_count
    from plan_rows as plans
    group by plans.department_id, plans.department, plans.funnel_id, plans.funnel
)

select
    counted.department_id as department_id,
    counted.department as department,
    counted.funnel_id as funnel_id,
    counted.funnel as funnel,
    counted.plan_sum as plan_sum,
    counted.fact_sum as fact_sum,
    counted.fact_sum / nullif(counted.plan_sum, 0) as completion,
    greatest(counted.plan_sum - counted.fact_sum, 0) as remaining,
    counted.won_count as won_count,
    counted.repeat_sum / nullif(counted.new_sum + counted.repeat_sum, 0) as repeat_share,
    counted.plan_count as plan_count,
    counted.won_count / nullif(counted.plan_count, 0) as count_completion
from counted
where counted.plan_sum <> 0 or counted.plan_count <> 0 or counted.won_count > 0;

-- Grain: employee. Question: who meets their plan, what bonus have they earned, and what do they have in work?
create or replace view plan_by_employee as
with counted as (
    select
        plans.employee_id,
        plans.employee,
        plans.department_id,
        plans.department,
        sum(plans.plan_sum) as plan_sum,
        sum(plans.won_sum) as fact_sum,
        cast(sum(plans.won_count) as bigint) as won_count,
        cast(sum(plans.in_work_count) as bigint) as in_work_count,
        sum(plans.in_work_sum) as in_work_sum,
        sum(plans.bonus) as bonus,
        cast(sum(plans.plan_count) as bigint) as plan_count
    from plan_rows as plans
    group by plans.employee_id, plans.employee, plans.department_id, plans.department
)

select
    counted.employee_id as employee_id,
    counted.employee as employee,
    counted.department_id as department_id,
    counted.department as department,
    counted.plan_sum as plan_sum,
    counted.fact_sum as fact_sum,
    counted.fact_sum / nullif(counted.plan_sum, 0) as completion,
    greatest(counted.plan_sum - counted.fact_sum, 0) as remaining,
    counted.won_count as won_count,
    counted.fact_sum / nullif(counted.won_count, 0) as avg_check,
    counted.in_work_count as in_work_count,
    counted.in_work_sum as in_work_sum,
    counted.bonus as bonus,
    counted.plan_count as plan_count,
    counted.won_count / nullif(counted.plan_count, 0) as count_completion
from counted
where counted.plan_sum <> 0 or counted.plan_count <> 0 or counted.won_count > 0 or counted.in_work_count > 0;

-- Grain: employee × funnel. Question: which funnels does an employee's plan and fact consist of?
create or replace view plan_by_employee_funnel as
select
    plans.employee_id as employee_id,
    plans.employee as employee,
    plans.department_id as department_id,
    plans.department as department,
    plans.funnel_id as funnel_id,
    plans.funnel as funnel,
    plans.plan_sum as plan_sum,
    plans.won_sum as fact_sum,
    plans.won_sum / nullif(plans.plan_sum, 0) as completion,
    greatest(plans.plan_sum - plans.won_sum, 0) as remaining,
    plans.won_count as won_count,
    plans.won_sum / nullif(plans.won_count, 0) as avg_check,
    plans.in_work_count as in_work_count,
    plans.in_work_sum as in_work_sum,
    plans.bonus as bonus,
    cast(plans.plan_count as bigint) as plan_count,
    plans.won_count / nullif(cast(plans.plan_count as bigint), 0) as count_completion
from plan_rows as plans
where plans.plan_sum <> 0 or plans.plan_count <> 0 or plans.won_count > 0 or plans.in_work_count > 0;

-- Grain: part (current, previous_same_days, previous), always three rows. Question: how does the month of the period's
-- last day stand beside the month before, up to the same day and whole? The day is the one that as_of has reached in the
-- current month: none before it has begun, and the whole month once its last day has come. The plan is the whole month's.
create or replace view plan_month_comparison as
with months as (
    select
        ours.month_start,
        ours.month_end,
        ours.month_number,
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
        months.month_start as month,
        months.month_start as first_day,
        months.month_end as last_day
    from months
    union all
    select
        'previous_same_days' as part,
        months.previous_start as month,
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
        months.previous_start as month,
        months.previous_start as first_day,
        months.previous_end as last_day
    from months
),

planned as (
    select
        plans.month,
        sum(plans.plan_sum) as plan_sum
    from scope_plan as plans
    group by plans.month
),

sold as (
    select
        parts.part,
        count(*) as won_count,
        sum(deals.amount) as won_sum,
        count(*) filter (where deals.is_new) as new_count,
        sum(deals.amount) filter (where deals.is_new) as new_sum,
        count(*) filter (where deals.is_repeat) as repeat_count,
        sum(deals.amount) filter (where deals.is_repeat) as repeat_sum
    from scope_deal as deals
    inner join parts
        on
            deals.closed_on >= parts.first_day
            and deals.closed_on <= parts.last_day
    where deals.state = 'won'
    group by parts.part
)

select
    parts.part as part,
    parts.month as month,
    coalesce(planned.plan_sum, 0) as plan_sum,
    coalesce(sold.won_sum, 0) as fact_sum,
    coalesce(sold.won_sum, 0) / nullif(planned.plan_sum, 0) as completion,
    coalesce(sold.won_count, 0) as won_count,
    sold.won_sum / nullif(sold.won_count, 0) as avg_check,
    coalesce(sold.new_count, 0) as new_count,
    coalesce(sold.new_sum, 0) as new_sum,
    coalesce(sold.repeat_count, 0) as repeat_count,
    coalesce(sold.repeat_sum, 0) as repeat_sum
from parts
left join planned
    on planned.month = parts.month
left join sold
    on sold.part = parts.part;
