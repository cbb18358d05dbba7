-- Sales dynamics by employee.

-- Grain: employee. Question: what did each one open, win, lose, and sell again?
create or replace view sales_by_employee as
with counted as (
    select
        deals.employee_id,
        created_count(is_created) as created_count,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount)),
        unnest(in_work_figures(is_in_work, amount)),
        unnest(repeat_figures(is_won, is_repeat, amount)),
        new_sum(is_won, is_new, amount) as new_sum
    from period_deal as deals
    where
        deals.part = 'current'
        and (deals.is_created or deals.is_closed or deals.is_in_work)
    group by deals.employee_id
)

select
    counted.employee_id, employees.employee, employees.department_id, employees.department,
    counted.created_count, counted.won_count, counted.won_sum,
    avg_check(counted.won_sum, counted.won_count) as avg_check,
    conversion(counted.won_count, counted.lost_count) as conversion,
    counted.avg_cycle_days, counted.lost_count, counted.lost_sum, counted.in_work_count, counted.in_work_sum,
    counted.repeat_count, counted.repeat_sum,
    repeat_share(counted.new_sum, counted.repeat_sum) as repeat_share
from counted
inner join dim_employee as employees
    on employees.employee_id = counted.employee_id;

-- Grain: one row. Question: what does the table of sales by employee add up to?
create or replace view sales_employee_total as
select
    total.created_count, total.won_count, total.won_sum, total.avg_check, total.conversion, total.avg_cycle_days,
    total.lost_count, total.lost_sum, total.in_work_count, total.in_work_sum, total.repeat_count, total.repeat_sum,
    repeat_share(total.new_sum, total.repeat_sum) as repeat_share
from period_deal_total as total;

-- Grain: bucket × employee, dense over the buckets of the period and the employees with any value in it. Question: how
-- do each one's sales move?
create or replace view sales_employee_dynamics as
with created as (
    select
        days.bucket, deals.employee_id,
        count(*) as created_count
    from period_deal as deals
    inner join bucket_days as days
        on days.day = deals.created_on
    where deals.part = 'current' and deals.is_created
    group by days.bucket, deals.employee_id
),

closed as (
    select
        days.bucket, deals.employee_id,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount))
    from period_deal as deals
    inner join bucket_days as days
        on days.day = deals.closed_on
    where deals.part = 'current' and deals.is_closed
    group by days.bucket, deals.employee_id
),

present as (
    select created.employee_id from created
    union
    select closed.employee_id from closed
)

select
    buckets.bucket, present.employee_id, employees.employee,
    coalesce(created.created_count, 0) as created_count,
    coalesce(closed.won_count, 0) as won_count,
    coalesce(closed.won_sum, 0) as won_sum,
    avg_check(closed.won_sum, closed.won_count) as avg_check,
    conversion(closed.won_count, closed.lost_count) as conversion,
    closed.avg_cycle_days,
    coalesce(closed.lost_count, 0) as lost_count,
    coalesce(closed.lost_sum, 0) as lost_sum
from buckets
cross join present
inner join dim_employee as employees
    on employees.employee_id = present.employee_id
left join created
    on
        created.bucket = buckets.bucket
        and created.employee_id = present.employee_id
left join closed
    on
        closed.bucket = buckets.bucket
        and closed.employee_id = present.employee_id;
