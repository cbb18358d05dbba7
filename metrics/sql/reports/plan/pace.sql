-- The pace of the month of as_of, whatever the period: where the fact should stand today by working days, and where it
-- will land. Today counts as a whole working day; filters apply as everywhere.

-- Grain: employee with a plan or a sale in the month of as_of, or with sales in one of the three months before. Question:
-- what is planned and sold this month, what was sold in each of the three before?
create or replace view plan_pace_rows as
with months as (
    select
        days.month_start, days.month_number,
        working_days(days.is_working) as working_days,
        come_days(days.is_working, days.day, clock.as_of_day) as come_days
    from calendar as days
    cross join clock
    inner join calendar as today
        on today.day = clock.as_of_day
    where days.month_number = today.month_number
    group by days.month_start, days.month_number
),

planned as (
    select
        plans.employee_id,
        total_sum(plans.plan_sum) as plan_sum,
        plan_by_days(total_sum(plans.plan_sum), max(months.come_days), max(months.working_days)) as plan_to_date
    from scope_plan as plans
    inner join months
        on months.month_start = plans.month
    group by plans.employee_id
),

sold as (
    select
        deals.employee_id,
        count(*) filter (where days.month_number = months.month_number) as won_count,
        coalesce(sum(deals.amount) filter (where days.month_number = months.month_number), 0) as fact_sum,
        coalesce(sum(deals.amount) filter (where days.month_number = months.month_number - 1), 0) as last_sum,
        coalesce(sum(deals.amount) filter (where days.month_number = months.month_number - 2), 0) as second_sum,
        coalesce(sum(deals.amount) filter (where days.month_number = months.month_number - 3), 0) as third_sum
    from scope_deal as deals
    inner join calendar as days
        on days.day = deals.closed_on
    inner join months
        on
            days.month_number >= months.month_number - 3
            and days.month_number <= months.month_number
    where deals.state = 'won'
    group by deals.employee_id
)

select
    employees.employee_id, employees.employee, employees.department_id, employees.department,
    months.month_start as month,
    months.working_days, months.come_days,
    coalesce(planned.plan_sum, 0) as plan_sum,
    coalesce(planned.plan_to_date, 0) as plan_to_date,
    coalesce(sold.won_count, 0) as won_count,
    coalesce(sold.fact_sum, 0) as fact_sum,
    coalesce(sold.last_sum, 0) as last_sum,
    coalesce(sold.second_sum, 0) as second_sum,
    coalesce(sold.third_sum, 0) as third_sum,
    is_pace_reliable(coalesce(sold.last_sum, 0), coalesce(sold.second_sum, 0), coalesce(sold.third_sum, 0))
        as is_pace_reliable
from planned
full outer join sold
    on sold.employee_id = planned.employee_id
inner join plan_employee as employees
    on employees.employee_id = coalesce(planned.employee_id, sold.employee_id)
cross join months;

-- Grain: employee with a plan or a sale in the month of as_of. Question: is each one on pace, and where will they land?
create or replace view plan_pace as
select
    pace.employee_id, pace.employee, pace.department_id, pace.department,
    unnest(pace_figures(plan_sum, fact_sum, plan_to_date)),
    pace.is_pace_reliable
from plan_pace_rows as pace
where pace.plan_sum <> 0 or pace.won_count > 0;

-- Grain: one row. Question: the same of all of them together; for how many with a plan is the pace a poor guide?
create or replace view plan_pace_total as
with total as (
    select
        total_sum(pace.plan_sum) as plan_sum,
        total_sum(pace.plan_to_date) as plan_to_date,
        total_sum(pace.fact_sum) as fact_sum,
        total_sum(pace.last_sum) as last_sum,
        total_sum(pace.second_sum) as second_sum,
        total_sum(pace.third_sum) as third_sum,
        count(*) filter (where pace.plan_sum <> 0) as planned_people,
        count(*) filter (where pace.plan_sum <> 0 and not pace.is_pace_reliable) as unsteady_people
    from plan_pace_rows as pace
),

today as (
    select
        days.month_start,
        working_days(days.is_working) as working_days,
        come_days(days.is_working, days.day, clock.as_of_day) as come_days
    from calendar as days
    cross join clock
    where days.month_start <= clock.as_of_day and days.month_end >= clock.as_of_day
    group by days.month_start
)

select
    today.month_start as month,
    today.working_days, today.come_days,
    unnest(pace_figures(plan_sum, fact_sum, plan_to_date)),
    is_pace_reliable(total.last_sum, total.second_sum, total.third_sum) as is_pace_reliable,
    total.planned_people, total.unsteady_people
from total
cross join today;

-- Grain: employee who is behind the plan to date of the month of as_of. Question: who has fallen behind the most? place
-- counts from the one who lacks most money.
create or replace view plan_laggards as
select
    pace.employee_id, pace.employee, pace.department_id, pace.department,
    pace.plan_sum, pace.fact_sum, pace.plan_to_date, pace.completion_to_date,
    -pace.pace_gap as behind_sum,
    row_number() over (order by pace.pace_gap, pace.employee_id) as place
from plan_pace as pace
where pace.pace_gap < 0;
