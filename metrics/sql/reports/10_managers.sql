-- Manager efficiency: what managers do and what comes of it.

-- Grain: employee. Question: what did each do and what came of it, of everyone under the filters but those of people?
-- is_active_row: the activity table has them, with a row of zeros for each active user who has a lead or deal in work or
-- did anything in the 90 days before the period: the idle are what a head of sales looks for. is_results_row: the
-- results table has them.
create or replace view manager_company as
with work as (
    select
        periods.employee_id,
        sum(periods.meetings) as meetings,
        sum(periods.calls) as calls,
        sum(periods.emails) as emails,
        sum(periods.tasks) as tasks,
        sum(periods.comments) as comments,
        sum(periods.other) as other,
        sum(periods.activities) as activities,
        sum(periods.call_minutes) as call_minutes,
        sum(periods.points) as points
    from period_work_company as periods
    group by periods.employee_id
),

company as (
    select cast(sum(work.points) as double) as points
    from work
),

days_before as (
    select
        earlier.day as first_day,
        starts.day as period_from
    from calendar as starts
    inner join calendar as earlier
        on earlier.day_number = starts.day_number - 90
    where starts.day = cast(getvariable('period_from') as date)
),

recent as (
    select distinct activities.employee_id
    from scope_activity_company as activities
    inner join days_before
        on
            activities.day >= days_before.first_day
            and activities.day < days_before.period_from
),

leads as (
    select
        period_leads.employee_id,
        count(*) as leads_in_work
    from period_lead_company as period_leads
    where period_leads.part = 'current' and period_leads.is_in_work
    group by period_leads.employee_id
),

deals as (
    select
        period_deals.employee_id,
        count(*) filter (where period_deals.is_won) as won_count,
        coalesce(sum(period_deals.amount) filter (where period_deals.is_won), 0) as won_sum,
        avg(period_deals.cycle_days) filter (where period_deals.is_won) as avg_cycle_days,
        count(*) filter (where period_deals.is_lost) as lost_count,
        coalesce(sum(period_deals.amount) filter (where period_deals.is_lost), 0) as lost_sum,
        count(*) filter (where period_deals.is_in_work) as in_work_count,
        coalesce(sum(period_deals.amount) filter (where period_deals.is_in_work), 0) as in_work_sum
    from period_deal_company as period_deals
    where
        period_deals.part = 'current'
        and (period_deals.is_won or period_deals.is_lost or period_deals.is_in_work)
    group by period_deals.employee_id
)

select
    employees.employee_id as employee_id,
    cast(coalesce(work.meetings, 0) as bigint) as meetings,
    cast(coalesce(work.calls, 0) as bigint) as calls,
    cast(coalesce(work.emails, 0) as bigint) as emails,
    cast(coalesce(work.tasks, 0) as bigint) as tasks,
    cast(coalesce(work.comments, 0) as bigint) as comments,
    cast(coalesce(work.other, 0) as bigint) as other,
    cast(coalesce(work.activities, 0) as bigint) as activities,
    coalesce(work.call_minutes, 0) as call_minutes,
    coalesce(work.points, 0) as points,
    100.0 * cast(coalesce(work.points, 0) as double) / nullif(company.points, 0) as activity_index,
    coalesce(leads.leads_in_work, 0) as leads_in_work,
    coalesce(deals.won_count, 0) as won_count,
    coalesce(deals.won_sum, 0) as won_sum,
    deals.won_sum / nullif(deals.won_count, 0) as avg_check,
    deals.won_count / nullif(deals.won_count + deals.lost_count, 0) as conversion,
    deals.avg_cycle_days as avg_cycle_days,
    coalesce(deals.lost_count, 0) as lost_count,
    coalesce(deals.lost_sum, 0) as lost_sum,
    coalesce(deals.in_work_count, 0) as in_work_count,
    coalesce(deals.in_work_sum, 0) as in_work_sum,
    work.employee_id is not null
    or (
        employees.is_user
        and not employees.is_dismissed
        and (recent.employee_id is not null or leads.leads_in_work > 0 or coalesce(deals.in_work_count, 0) > 0)
    ) as is_active_row,
    coalesce(work.points, 0) > 0 or leads.employee_id is not null or deals.employee_id is not null as is_results_row
from dim_employee as employees
cross join company
left join work
    on work.employee_id = employees.employee_id
left join recent
    on recent.employee_id = employees.employee_id
left join leads
    on leads.employee_id = employees.employee_id
left join deals
    on deals.employee_id = employees.employee_id;

-- Grain: employee. Question: how much did each do in the period, and which share of the company's points is that?
create or replace view manager_activity as
select
    employees.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    company.meetings as meetings,
    company.calls as calls,
    company.emails as emails,
    company.tasks as tasks,
    company.comments as comments,
    company.other as other,
    company.activities as activities,
    company.call_minutes as call_minutes,
    company.points as points,
    company.activity_index as activity_index
from manager_company as company
inner join scope_employee as employees
    on employees.employee_id = company.employee_id
where company.is_active_row;

-- Grain: employee. Question: what came of each one's work: leads and deals in work, sales, losses, conversion, cycle?
create or replace view manager_results as
select
    employees.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    company.activity_index as activity_index,
    company.leads_in_work as leads_in_work,
    company.won_count as won_count,
    company.won_sum as won_sum,
    company.avg_check as avg_check,
    company.conversion as conversion,
    company.avg_cycle_days as avg_cycle_days,
    company.lost_count as lost_count,
    company.lost_sum as lost_sum,
    company.in_work_count as in_work_count,
    company.in_work_sum as in_work_sum
from manager_company as company
inner join scope_employee as employees
    on employees.employee_id = company.employee_id
where company.is_results_row;

-- Grain: part (current, previous), one row each. Question: what did the people picked do and achieve together?
create or replace view manager_totals as
with work_of_parts as (
    select
        'current' as part,
        done.employee_id,
        done.meetings,
        done.calls,
        done.emails,
        done.tasks,
        done.comments,
        done.other,
        done.activities,
        done.call_minutes,
        done.points
    from period_work_company as done
    union all
    select
        'previous' as part,
        done.employee_id,
        done.meetings,
        done.calls,
        done.emails,
        done.tasks,
        done.comments,
        done.other,
        done.activities,
        done.call_minutes,
        done.points
    from previous_work_company as done
),

work as (
    select
        done.part,
        sum(done.meetings) as meetings,
        sum(done.calls) as calls,
        sum(done.emails) as emails,
        sum(done.tasks) as tasks,
        sum(done.comments) as comments,
        sum(done.other) as other,
        sum(done.activities) as activities,
        sum(done.call_minutes) as call_minutes,
        sum(done.points) as points
    from work_of_parts as done
    inner join scope_employee as employees
        on employees.employee_id = done.employee_id
    group by done.part
),

leads as (
    select
        period_leads.part,
        count(*) as leads_in_work
    from period_lead as period_leads
    where period_leads.is_in_work
    group by period_leads.part
),

deals as (
    select
        period_deals.part,
        count(*) filter (where period_deals.is_won) as won_count,
        sum(period_deals.amount) filter (where period_deals.is_won) as won_sum,
        avg(period_deals.cycle_days) filter (where period_deals.is_won) as avg_cycle_days,
        count(*) filter (where period_deals.is_lost) as lost_count,
        sum(period_deals.amount) filter (where period_deals.is_lost) as lost_sum,
        count(*) filter (where period_deals.is_in_work) as in_work_count,
        sum(period_deals.amount) filter (where period_deals.is_in_work) as in_work_sum
    from period_deal as period_deals
    where period_deals.is_won or period_deals.is_lost or period_deals.is_in_work
    group by period_deals.part
)

select
    periods.part as part,
    cast(coalesce(work.meetings, 0) as bigint) as meetings,
    cast(coalesce(work.calls, 0) as bigint) as calls,
    cast(coalesce(work.emails, 0) as bigint) as emails,
    cast(coalesce(work.tasks, 0) as bigint) as tasks,
    cast(coalesce(work.comments, 0) as bigint) as comments,
    cast(coalesce(work.other, 0) as bigint) as other,
    cast(coalesce(work.activities, 0) as bigint) as activities,
    coalesce(work.call_minutes, 0) as call_minutes,
    coalesce(work.points, 0) as points,
    coalesce(leads.leads_in_work, 0) as leads_in_work,
    coalesce(deals.won_count, 0) as won_count,
    coalesce(deals.won_sum, 0) as won_sum,
    deals.won_sum / nullif(deals.won_count, 0) as avg_check,
    deals.won_count / nullif(deals.won_count + deals.lost_count, 0) as conversion,
    deals.avg_cycle_days as avg_cycle_days,
    coalesce(deals.lost_count, 0) as lost_count,
    coalesce(deals.lost_sum, 0) as lost_sum,
    coalesce(deals.in_work_count, 0) as in_work_count,
    coalesce(deals.in_work_sum, 0) as in_work_sum
from periods
left join work
    on work.part = periods.part
left join leads
    on leads.part = periods.part
left join deals
    on deals.part = periods.part;

-- Grain: one row. Question: what did the people picked do and achieve together in the period? "Итого" of the tables.
create or replace view manager_total as
select
    totals.meetings as meetings,
    totals.calls as calls,
    totals.emails as emails,
    totals.tasks as tasks,
    totals.comments as comments,
    totals.other as other,
    totals.activities as activities,
    totals.call_minutes as call_minutes,
    totals.points as points,
    totals.leads_in_work as leads_in_work,
    totals.won_count as won_count,
    totals.won_sum as won_sum,
    totals.avg_check as avg_check,
    totals.conversion as conversion,
    totals.avg_cycle_days as avg_cycle_days,
    totals.lost_count as lost_count,
    totals.lost_sum as lost_sum,
    totals.in_work_count as in_work_count,
    totals.in_work_sum as in_work_sum
from manager_totals as totals
where totals.part = 'current';

-- Grain: one row. Question: the same of the previous period, like with like.
create or replace view manager_total_previous as
select
    totals.meetings as meetings,
    totals.calls as calls,
    totals.emails as emails,
    totals.tasks as tasks,
    totals.comments as comments,
    totals.other as other,
    totals.activities as activities,
    totals.call_minutes as call_minutes,
    totals.points as points,
    totals.leads_in_work as leads_in_work,
    totals.won_count as won_count,
    totals.won_sum as won_sum,
    totals.avg_check as avg_check,
    totals.conversion as conversion,
    totals.avg_cycle_days as avg_cycle_days,
    totals.lost_count as lost_count,
    totals.lost_sum as lost_sum,
    totals.in_work_count as in_work_count,
    totals.in_work_sum as in_work_sum
from manager_totals as totals
where totals.part = 'previous';

-- Grain: one row. Question: how do the period's figures differ from those of the previous one? Counts and sums: by
-- which share of the earlier figure; the conversion (a share) and the cycle (days): by how much. What is in work has
-- no earlier figure to stand beside: it speaks of now.
create or replace view manager_total_change as
with parts as (
    select totals.*
    from manager_totals as totals
)

select
    (ours.activities - earlier.activities) / nullif(cast(earlier.activities as double), 0) as activities_change,
    (ours.call_minutes - earlier.call_minutes) / nullif(earlier.call_minutes, 0) as call_minutes_change,
    cast(ours.points - earlier.points as double) / nullif(cast(earlier.points as double), 0) as points_change,
    (ours.won_count - earlier.won_count) / nullif(cast(earlier.won_count as double), 0) as won_count_change,
    cast(ours.won_sum - earlier.won_sum as double) / nullif(cast(earlier.won_sum as double), 0) as won_sum_change,
    (ours.avg_check - earlier.avg_check) / nullif(earlier.avg_check, 0) as avg_check_change,
    ours.conversion - earlier.conversion as conversion_change,
    ours.avg_cycle_days - earlier.avg_cycle_days as avg_cycle_days_change,
    (ours.lost_count - earlier.lost_count) / nullif(cast(earlier.lost_count as double), 0) as lost_count_change,
    cast(ours.lost_sum - earlier.lost_sum as double) / nullif(cast(earlier.lost_sum as double), 0) as lost_sum_change,
    before.first_day as previous_from,
    before.last_day as previous_to
from parts as ours
cross join parts as earlier
cross join periods as before
where
    ours.part = 'current'
    and earlier.part = 'previous'
    and before.part = 'previous';

-- Grain: bucket × employee, dense over the buckets of the period and the employees that have any value in it.
-- Question: how do activity and results of each move? The index is of that bucket.
create or replace view manager_results_dynamics as
with work as (
    select
        periods.bucket,
        periods.employee_id,
        cast(periods.points as double) as points
    from period_work_company as periods
),

company as (
    select
        work.bucket,
        sum(work.points) as points
    from work
    group by work.bucket
),

deals as (
    select
        days.bucket,
        period_deals.employee_id,
        count(*) filter (where period_deals.is_won) as won_count,
        coalesce(sum(period_deals.amount) filter (where period_deals.is_won), 0) as won_sum,
        avg(period_deals.cycle_days) filter (where period_deals.is_won) as avg_cycle_days,
        count(*) filter (where period_deals.is_lost) as lost_count,
        coalesce(sum(period_deals.amount) filter (where period_deals.is_lost), 0) as lost_sum
    from period_deal_company as period_deals
    inner join bucket_days as days
        on days.day = period_deals.closed_on
    where period_deals.part = 'current' and (period_deals.is_won or period_deals.is_lost)
    group by days.bucket, period_deals.employee_id
),

present as (
    select work.employee_id from work where work.points > 0
    union
    select deals.employee_id from deals
)

select
    buckets.bucket as bucket,
    employees.employee_id as employee_id,
    employees.employee as employee,
    100.0 * coalesce(work.points, 0) / nullif(company.points, 0) as activity_index,
    coalesce(deals.won_count, 0) as won_count,
    coalesce(deals.won_sum, 0) as won_sum,
    deals.won_sum / nullif(deals.won_count, 0) as avg_check,
    deals.won_count / nullif(deals.won_count + deals.lost_count, 0) as conversion,
    deals.avg_cycle_days as avg_cycle_days,
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
with work as (
    select periods.*
    from period_work_company as periods
),

present as (
    select distinct work.employee_id
    from work
)

select
    buckets.bucket as bucket,
    employees.employee_id as employee_id,
    employees.employee as employee,
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

-- Grain: employee that has a row in one of the two tables, everyone under the filters but those of people, with the
-- lines every point is compared with: they are the company's, so that a corner does not change when one looks at a
-- department alone. even_share = 100 ÷ the people of the activity table.
create or replace view manager_points_company as
select
    company.employee_id,
    company.activities,
    company.points,
    company.activity_index,
    company.won_count,
    company.won_sum,
    count(*) filter (where company.is_active_row) over () as people,
    100.0 / nullif(count(*) filter (where company.is_active_row) over (), 0) as even_share,
    sum(company.won_sum) over () / count(*) over () as average_won_sum,
    cast(sum(company.won_count) over () as bigint) / count(*) over () as average_won_count
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
    employees.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    points.activities as activities,
    points.points as points,
    points.activity_index as activity_index,
    points.won_count as won_count,
    points.won_sum as won_sum,
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
select
    count(*) as won_count,
    count(*) filter (where deals.amount = 0) as zero_count,
    count(*) filter (where deals.amount = 0) / nullif(count(*), 0) as zero_share,
    coalesce(count(*) filter (where deals.amount = 0) / nullif(count(*), 0) > 0.05, false) as is_notable
from period_deal as deals
where deals.part = 'current' and deals.is_won;

-- Grain: employee who did nothing in the period though something stands with them or they worked in the 90 days before:
-- a row of zeros of the activity table. Question: who is idle, and what lies with them?
create or replace view manager_idle as
with last_work as (
    select
        work.employee_id,
        max(work.day) as last_active_on
    from scope_activity as work
    where work.day < cast(getvariable('period_from') as date)
    group by work.employee_id
)

select
    employees.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    company.leads_in_work as leads_in_work,
    company.in_work_count as in_work_count,
    company.in_work_sum as in_work_sum,
    last_work.last_active_on as last_active_on
from manager_company as company
inner join scope_employee as employees
    on employees.employee_id = company.employee_id
left join last_work
    on last_work.employee_id = company.employee_id
where company.is_active_row and company.activities = 0;
