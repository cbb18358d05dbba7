-- Manager efficiency: what managers do and what comes of it.

-- Grain: employee. Question: how much did whom do, of everyone under the filters but those of people? A row of zeros
-- stands for each active user who has a lead or deal in work or did anything in the 90 days before the period: the
-- idle are what a head of sales looks for.
create or replace view manager_activity_company as
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
    where periods.part = 'current'
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

expected as (
    select leads.employee_id
    from period_lead_company as leads
    where leads.part = 'current' and leads.is_in_work
    union
    select deals.employee_id
    from period_deal_company as deals
    where deals.part = 'current' and deals.is_in_work
    union
    select activities.employee_id
    from scope_activity_company as activities
    inner join days_before
        on
            activities.day >= days_before.first_day
            and activities.day < days_before.period_from
),

present as (
    select work.employee_id
    from work
    union
    select employees.employee_id
    from dim_employee as employees
    inner join expected
        on expected.employee_id = employees.employee_id
    where employees.is_user and not employees.is_dismissed
)

select
    present.employee_id as employee_id,
    cast(coalesce(work.meetings, 0) as bigint) as meetings,
    cast(coalesce(work.calls, 0) as bigint) as calls,
    cast(coalesce(work.emails, 0) as bigint) as emails,
    cast(coalesce(work.tasks, 0) as bigint) as tasks,
    cast(coalesce(work.comments, 0) as bigint) as comments,
    cast(coalesce(work.other, 0) as bigint) as other,
    cast(coalesce(work.activities, 0) as bigint) as activities,
    coalesce(work.call_minutes, 0) as call_minutes,
    coalesce(work.points, 0) as points,
    100.0 * cast(coalesce(work.points, 0) as double) / nullif(company.points, 0) as activity_index
from present
left join work
    on work.employee_id = present.employee_id
cross join company;

-- Grain: employee. Question: how much did each do in the period, and which share of the company's points is that?
create or replace view manager_activity as
select
    employees.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    activity.meetings as meetings,
    activity.calls as calls,
    activity.emails as emails,
    activity.tasks as tasks,
    activity.comments as comments,
    activity.other as other,
    activity.activities as activities,
    activity.call_minutes as call_minutes,
    activity.points as points,
    activity.activity_index as activity_index
from manager_activity_company as activity
inner join scope_employee as employees
    on employees.employee_id = activity.employee_id;

-- Grain: employee. Question: what came of it, of everyone under the filters but those of people?
create or replace view manager_results_company as
with activity as (
    select
        company.employee_id,
        company.activity_index
    from manager_activity_company as company
    where company.activity_index > 0
),

company as (
    select case when sum(activity.points) > 0 then 0.0 end as index_of_none
    from manager_activity_company as activity
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
),

present as (
    select activity.employee_id from activity
    union
    select leads.employee_id from leads
    union
    select deals.employee_id from deals
)

select
    present.employee_id as employee_id,
    coalesce(activity.activity_index, company.index_of_none) as activity_index,
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
from present
left join activity
    on activity.employee_id = present.employee_id
left join leads
    on leads.employee_id = present.employee_id
left join deals
    on deals.employee_id = present.employee_id
cross join company;

-- Grain: employee. Question: what came of each one's work: leads and deals in work, sales, losses, conversion, cycle?
create or replace view manager_results as
select
    employees.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    results.activity_index as activity_index,
    results.leads_in_work as leads_in_work,
    results.won_count as won_count,
    results.won_sum as won_sum,
    results.avg_check as avg_check,
    results.conversion as conversion,
    results.avg_cycle_days as avg_cycle_days,
    results.lost_count as lost_count,
    results.lost_sum as lost_sum,
    results.in_work_count as in_work_count,
    results.in_work_sum as in_work_sum
from manager_results_company as results
inner join scope_employee as employees
    on employees.employee_id = results.employee_id;

-- Grain: part (current, previous), one row each. Question: what did the people picked do and achieve together?
create or replace view manager_totals as
with work as (
    select
        periods.part,
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
    inner join scope_employee as employees
        on employees.employee_id = periods.employee_id
    group by periods.part
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
from manager_total as ours
cross join manager_total_previous as earlier
cross join periods as before
where before.part = 'previous';

-- Grain: bucket × employee, dense over the buckets of the period and the employees that have any value in it.
-- Question: how do activity and results of each move? The index is of that bucket.
create or replace view manager_results_dynamics as
with work as (
    select
        periods.bucket,
        periods.employee_id,
        cast(periods.points as double) as points
    from period_work_company as periods
    where periods.part = 'current'
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
    where periods.part = 'current'
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

-- Grain: employee that has a row in one of the two tables, everyone under the filters but those of people.
-- Question: who does much and sells little? The cross lines are those of the company, so that a corner does not
-- change when one looks at a department alone.
create or replace view manager_points_company as
with present as (
    select activity.employee_id from manager_activity_company as activity
    union
    select results.employee_id from manager_results_company as results
)

select
    present.employee_id as employee_id,
    coalesce(activity.activities, 0) as activities,
    coalesce(activity.points, 0) as points,
    coalesce(activity.activity_index, results.activity_index) as activity_index,
    coalesce(results.won_count, 0) as won_count,
    coalesce(results.won_sum, 0) as won_sum
from present
left join manager_activity_company as activity
    on activity.employee_id = present.employee_id
left join manager_results_company as results
    on results.employee_id = present.employee_id;

-- Grain: one row. Question: what would everybody have if all did and sold the same? People: employees with a row in
-- the activity table, under all filters but those of people; even_share = 100 ÷ people.
create or replace view manager_average as
with activity as (
    select count(*) as people
    from manager_activity_company as company
),

points as (
    select
        count(*) as people,
        coalesce(sum(company.won_sum), 0) as won_sum,
        coalesce(sum(company.won_count), 0) as won_count
    from manager_points_company as company
)

select
    activity.people as people,
    100.0 / nullif(activity.people, 0) as even_share,
    points.won_sum / nullif(points.people, 0) as average_won_sum,
    cast(points.won_count as bigint) / nullif(points.people, 0) as average_won_count
from activity
cross join points;

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
        when coalesce(points.activity_index, 0) >= average.even_share and points.won_sum >= average.average_won_sum
            then 'much_much'
        when coalesce(points.activity_index, 0) >= average.even_share
            then 'much_little'
        when points.won_sum >= average.average_won_sum
            then 'little_much'
        else 'little_little'
    end as corner
from manager_points_company as points
inner join scope_employee as employees
    on employees.employee_id = points.employee_id
cross join manager_average as average;

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
with leads as (
    select
        period_leads.employee_id,
        count(*) as leads_in_work
    from period_lead as period_leads
    where period_leads.part = 'current' and period_leads.is_in_work
    group by period_leads.employee_id
),

deals as (
    select
        period_deals.employee_id,
        count(*) as in_work_count,
        sum(period_deals.amount) as in_work_sum
    from period_deal as period_deals
    where period_deals.part = 'current' and period_deals.is_in_work
    group by period_deals.employee_id
),

last_work as (
    select
        work.employee_id,
        max(work.day) as last_active_on
    from scope_activity as work
    where work.day < cast(getvariable('period_from') as date)
    group by work.employee_id
)

select
    activity.employee_id as employee_id,
    activity.employee as employee,
    activity.department_id as department_id,
    activity.department as department,
    coalesce(leads.leads_in_work, 0) as leads_in_work,
    coalesce(deals.in_work_count, 0) as in_work_count,
    coalesce(deals.in_work_sum, 0) as in_work_sum,
    last_work.last_active_on as last_active_on
from manager_activity as activity
left join leads
    on leads.employee_id = activity.employee_id
left join deals
    on deals.employee_id = activity.employee_id
left join last_work
    on last_work.employee_id = activity.employee_id
where activity.activities = 0;
