-- Manager efficiency over time, dense over the buckets of the period.

-- Grain: bucket × employee, dense over the buckets of the period and the employees that have any value in it.
-- Question: how do activity and results of each move? The index is of that bucket.
create or replace view manager_results_dynamics as
with work as (
    select
        periods.bucket, periods.employee_id,
        cast(periods.points as double) as points
    from period_work_company as periods
),

company as (
    select
        work.bucket,
        total_sum(work.points) as points
    from work
    group by work.bucket
),

deals as (
    select
        days.bucket, period_deals.employee_id,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount))
    from period_deal_company as period_deals
    inner join bucket_days as days
        on days.day = period_deals.closed_on
    where period_deals.part = 'current' and period_deals.is_closed
    group by days.bucket, period_deals.employee_id
),

present as (
    select work.employee_id from work where work.points > 0
    union
    select deals.employee_id from deals
)

select
    buckets.bucket, employees.employee_id, employees.employee,
    activity_index(work.points, company.points) as activity_index,
    coalesce(deals.won_count, 0) as won_count,
    coalesce(deals.won_sum, 0) as won_sum,
    avg_check(deals.won_sum, deals.won_count) as avg_check,
    conversion(deals.won_count, deals.lost_count) as conversion,
    deals.avg_cycle_days,
    coalesce(deals.lost_count, 0) as lost_count,
    coalesce(deals.lost_sum, 0) as lost_sum
from buckets
cross join present
inner join scope_employee as employees
    on employees.employee_id = present.employee_id
left join company
    on company.bucket = buckets.bucket
left join work
    on
        work.bucket = buckets.bucket
        and work.employee_id = present.employee_id
left join deals
    on
        deals.bucket = buckets.bucket
        and deals.employee_id = present.employee_id;

-- Grain: bucket × employee, dense likewise. Question: how does each one's activity of each kind move?
create or replace view manager_activity_dynamics as
with work as materialized ( -- asked for twice
    select done.*
    from period_work_company as done
),

present as (
    select distinct work.employee_id
    from work
)

select
    buckets.bucket, employees.employee_id, employees.employee,
    coalesce(work.meetings, 0) as meetings,
    coalesce(work.calls, 0) as calls,
    coalesce(work.emails, 0) as emails,
    coalesce(work.tasks, 0) as tasks,
    coalesce(work.comments, 0) as comments,
    coalesce(work.other, 0) as other,
    coalesce(work.activities, 0) as activities,
    coalesce(work.call_minutes, 0) as call_minutes,
    coalesce(work.points, 0) as points
from buckets
cross join present
inner join scope_employee as employees
    on employees.employee_id = present.employee_id
left join work
    on
        work.bucket = buckets.bucket
        and work.employee_id = present.employee_id;

-- Grain: bucket, dense over the period. Question: how do the activity and the results of the people picked move
-- together? Means are of all their deals, not of their means.
create or replace view manager_total_dynamics as
with work as (
    select
        buckets.bucket,
        unnest(client_work_totals(meetings, calls, emails)),
        unnest(other_work_totals(tasks, comments, other)),
        unnest(all_work_totals(activities, call_minutes, points))
    from buckets
    left join (
        select ours.*
        from period_work_company as ours
        where is_of_people_picked(ours.employee_id)
    ) as done
        on done.bucket = buckets.bucket
    group by buckets.bucket
),

deals as (
    select
        days.bucket,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount))
    from period_deal
    inner join bucket_days as days
        on days.day = period_deal.closed_on
    where period_deal.part = 'current' and period_deal.is_closed
    group by days.bucket
)

select
    work.*,
    coalesce(deals.won_count, 0) as won_count,
    coalesce(deals.won_sum, 0) as won_sum,
    avg_check(deals.won_sum, deals.won_count) as avg_check,
    conversion(deals.won_count, deals.lost_count) as conversion,
    deals.avg_cycle_days,
    coalesce(deals.lost_count, 0) as lost_count,
    coalesce(deals.lost_sum, 0) as lost_sum
from work
left join deals
    on deals.bucket = work.bucket;
