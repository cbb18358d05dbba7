-- Manager efficiency: who does much and sells little, whose deals have no sum, who does nothing.

-- Grain: employee that has a row in one of the two tables, everyone under the filters but those of people, with the
-- lines every point is compared with: they are the company's, so that a corner does not change when one looks at a
-- department alone. even_share = 100 ÷ the people of the activity table.
create or replace view manager_points_company as
select
    company.employee_id, company.activities, company.points, company.activity_index,
    company.won_count, company.won_sum,
    count(*) filter (where company.is_active_row) over () as people,
    ratio(100.0, count(*) filter (where company.is_active_row) over ()) as even_share,
    mean_of_all(company.won_sum) as average_won_sum,
    mean_of_all(company.won_count) as average_won_count
from manager_company as company
where company.is_active_row or company.is_results_row;

-- Grain: one row. Question: what would everybody have if all did and sold the same?
create or replace view manager_average as
select
    coalesce(max(points.people), 0) as people,
    max(points.even_share) as even_share,
    max(points.average_won_sum) as average_won_sum,
    max(points.average_won_count) as average_won_count
from manager_points_company as points;

-- Grain: employee. Question: who does much and sells little, who little and sells much? Much = not below the line.
create or replace view manager_points as
select
    employees.employee_id, employees.employee, employees.department_id, employees.department,
    points.activities, points.points, points.activity_index, points.won_count, points.won_sum,
    case
        when coalesce(points.activity_index, 0) >= points.even_share and points.won_sum >= points.average_won_sum
            then 'much_much'
        when coalesce(points.activity_index, 0) >= points.even_share
            then 'much_little'
        when points.won_sum >= points.average_won_sum
            then 'little_much'
        else 'little_little'
    end as corner
from manager_points_company as points
inner join scope_employee as employees
    on employees.employee_id = points.employee_id;

-- Grain: one row. Question: how many of the period's won deals have the sum 0, and is that more than 5 %?
create or replace view won_zero_sum as
with counted as (
    select
        count(*) as won_count,
        count(*) filter (where deals.amount = 0) as zero_count
    from period_deal as deals
    where deals.part = 'current' and deals.is_won
)

select
    counted.won_count, counted.zero_count,
    ratio(counted.zero_count, counted.won_count) as zero_share,
    coalesce(ratio(counted.zero_count, counted.won_count) > 0.05, false) as is_notable
from counted;

-- Grain: employee who did nothing in the period though something stands with them or they worked in the 90 days before:
-- a row of zeros of the activity table. Question: who is idle, and what lies with them?
create or replace view manager_idle as
with last_work as (
    select
        work.employee_id,
        max(work.day) as last_active_on
    from scope_work_day_company as work
    where before_period(work.day)
    group by work.employee_id
)

select
    employees.employee_id, employees.employee, employees.department_id, employees.department,
    company.leads_in_work, company.in_work_count, company.in_work_sum, last_work.last_active_on
from manager_company as company
inner join scope_employee as employees
    on employees.employee_id = company.employee_id
left join last_work
    on last_work.employee_id = company.employee_id
where company.is_active_row and company.activities = 0;
