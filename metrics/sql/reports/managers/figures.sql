-- Manager efficiency: what managers do and what comes of it.

-- Grain: employee. Question: what did each do and what came of it, of everyone under the filters but those of people?
-- is_active_row: the activity table has them, with a row of zeros for each active user who has a lead or deal in work or
-- did anything in the 90 days before the period: the idle are what a head of sales looks for. is_results_row: the
-- results table has them.
create or replace view manager_company as
with days_before as (
    select earlier.day as first_day
    from calendar as starts
    inner join calendar as earlier
        on earlier.day_number = starts.day_number - 90
    where starts.day = cast(getvariable('period_from') as date)
),

done as ( -- both times are read at once
    select
        days.employee_id,
        in_period(days.day) as is_now,
        unnest(client_work_totals(meetings, calls, emails)),
        unnest(other_work_totals(tasks, comments, other)),
        unnest(all_work_totals(activities, call_minutes, points))
    from scope_work_day_company as days
    inner join days_before
        on days.day >= days_before.first_day
    where by_period_end(days.day)
    group by days.employee_id, in_period(days.day)
),

work as (
    select done.* exclude (is_now)
    from done
    where done.is_now
),

company as (
    select cast(total_sum(work.points) as double) as points
    from work
),

recent as (
    select done.employee_id
    from done
    where not done.is_now
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
        sales.employee_id,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount)),
        unnest(in_work_figures(is_in_work, amount))
    from period_sale_company as sales
    group by sales.employee_id
)

select
    employees.employee_id,
    coalesce(work.meetings, 0) as meetings,
    coalesce(work.calls, 0) as calls,
    coalesce(work.emails, 0) as emails,
    coalesce(work.tasks, 0) as tasks,
    coalesce(work.comments, 0) as comments,
    coalesce(work.other, 0) as other,
    coalesce(work.activities, 0) as activities,
    coalesce(work.call_minutes, 0) as call_minutes,
    coalesce(work.points, 0) as points,
    activity_index(work.points, company.points) as activity_index,
    coalesce(leads.leads_in_work, 0) as leads_in_work,
    coalesce(deals.won_count, 0) as won_count,
    coalesce(deals.won_sum, 0) as won_sum,
    avg_check(deals.won_sum, deals.won_count) as avg_check,
    conversion(deals.won_count, deals.lost_count) as conversion,
    deals.avg_cycle_days,
    coalesce(deals.lost_count, 0) as lost_count,
    coalesce(deals.lost_sum, 0) as lost_sum,
    coalesce(deals.in_work_count, 0) as in_work_count,
    coalesce(deals.in_work_sum, 0) as in_work_sum,
    work.employee_id is not null
    or (
        employees.is_active
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
    employees.employee_id, employees.employee, employees.department_id, employees.department,
    company.meetings, company.calls, company.emails, company.tasks, company.comments, company.other,
    company.activities, company.call_minutes, company.points, company.activity_index
from manager_company as company
inner join scope_employee as employees
    on employees.employee_id = company.employee_id
where company.is_active_row;

-- Grain: employee. Question: what came of each one's work: leads and deals in work, sales, losses, conversion, cycle?
create or replace view manager_results as
select
    employees.employee_id, employees.employee, employees.department_id, employees.department,
    company.activity_index, company.leads_in_work,
    company.won_count, company.won_sum, company.avg_check, company.conversion, company.avg_cycle_days,
    company.lost_count, company.lost_sum, company.in_work_count, company.in_work_sum
from manager_company as company
inner join scope_employee as employees
    on employees.employee_id = company.employee_id
where company.is_results_row;

-- Grain: part (current, previous), one row each. Question: what did the people picked do and achieve together?
create or replace view manager_totals as
with done as ( -- both parts are read at once
    select
        case when in_period(days.day) then 'current' else 'previous' end as part,
        unnest(client_work_totals(meetings, calls, emails)),
        unnest(other_work_totals(tasks, comments, other)),
        unnest(all_work_totals(activities, call_minutes, points))
    from scope_work_day_company as days
    cross join previous_days as earlier
    where
        is_of_people_picked(days.employee_id)
        and by_period_end(days.day)
        and (in_period(days.day) or (days.day >= earlier.first_day and days.day <= earlier.last_day))
    group by case when in_period(days.day) then 'current' else 'previous' end
),

work as (
    select
        periods.part,
        coalesce(done.meetings, 0) as meetings,
        coalesce(done.calls, 0) as calls,
        coalesce(done.emails, 0) as emails,
        coalesce(done.tasks, 0) as tasks,
        coalesce(done.comments, 0) as comments,
        coalesce(done.other, 0) as other,
        coalesce(done.activities, 0) as activities,
        coalesce(done.call_minutes, 0) as call_minutes,
        coalesce(done.points, 0) as points
    from periods
    left join done
        on done.part = periods.part
),

leads as (
    select
        periods.part,
        count(*) as leads_in_work
    from scope_lead as open_leads
    inner join periods
        on open_leads.created_on <= periods.last_day
    where open_leads.is_open
    group by periods.part
),

deals as (
    select
        period_deals.part,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount)),
        unnest(in_work_figures(is_in_work, amount))
    from (
        select ours.* from period_deal as ours
        union all
        select earlier.* from previous_deal as earlier
    ) as period_deals
    where period_deals.is_closed or period_deals.is_in_work
    group by period_deals.part
)

select
    work.*,
    coalesce(leads.leads_in_work, 0) as leads_in_work,
    coalesce(deals.won_count, 0) as won_count,
    coalesce(deals.won_sum, 0) as won_sum,
    avg_check(deals.won_sum, deals.won_count) as avg_check,
    conversion(deals.won_count, deals.lost_count) as conversion,
    deals.avg_cycle_days,
    coalesce(deals.lost_count, 0) as lost_count,
    coalesce(deals.lost_sum, 0) as lost_sum,
    coalesce(deals.in_work_count, 0) as in_work_count,
    coalesce(deals.in_work_sum, 0) as in_work_sum
from work
left join leads
    on leads.part = work.part
left join deals
    on deals.part = work.part;

-- Grain: one row. Question: what did the people picked do and achieve together in the period? "Итого" of the tables.
create or replace view manager_total as
with work as (
    select
        unnest(client_work_totals(meetings, calls, emails)),
        unnest(other_work_totals(tasks, comments, other)),
        unnest(all_work_totals(activities, call_minutes, points))
    from scope_work_day_company as days
    where in_period(days.day) and is_of_people_picked(days.employee_id)
),

leads as (
    select count(*) as leads_in_work
    from scope_lead as open_leads
    where open_leads.is_open and by_period_end(open_leads.created_on)
),

deals as (
    select
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount)),
        unnest(in_work_figures(is_in_work, amount))
    from period_sale_company as sales
    where is_of_people_picked(sales.employee_id)
)

select
    work.*,
    leads.leads_in_work, deals.won_count, deals.won_sum,
    avg_check(deals.won_sum, deals.won_count) as avg_check,
    conversion(deals.won_count, deals.lost_count) as conversion,
    deals.avg_cycle_days, deals.lost_count, deals.lost_sum, deals.in_work_count, deals.in_work_sum
from work
cross join leads
cross join deals;

-- Grain: one row. Question: the same of the previous period, like with like.
create or replace view manager_total_previous as
select totals.* exclude (part)
from manager_totals as totals
where totals.part = 'previous';

-- Grain: one row. Question: how do the period's figures differ from those of the previous one? Counts and sums: by
-- which share of the earlier figure; the conversion (a share) and the cycle (days): by how much. What is in work has
-- no earlier figure to stand beside: it speaks of now.
create or replace view manager_total_change as
with parts as ( -- both parts are asked for at once
    select totals.*
    from manager_totals as totals
)

select
    relative_change(ours.activities, earlier.activities) as activities_change,
    relative_change(ours.call_minutes, earlier.call_minutes) as call_minutes_change,
    relative_change(ours.points, earlier.points) as points_change,
    relative_change(ours.won_count, earlier.won_count) as won_count_change,
    relative_change(ours.won_sum, earlier.won_sum) as won_sum_change,
    relative_change(ours.avg_check, earlier.avg_check) as avg_check_change,
    ours.conversion - earlier.conversion as conversion_change,
    ours.avg_cycle_days - earlier.avg_cycle_days as avg_cycle_days_change,
    relative_change(ours.lost_count, earlier.lost_count) as lost_count_change,
    relative_change(ours.lost_sum, earlier.lost_sum) as lost_sum_change,
    before.first_day as previous_from,
    before.last_day as previous_to
from parts as ours
cross join parts as earlier
cross join previous_days as before
where
    ours.part = 'current'
    and earlier.part = 'previous';
