-- What happened in the period, row by row: the one place that says when a lead or a deal counts as what. Reports add
-- these flags up.

-- Grain: part (current, previous) × deal. Question: what does the deal count as in the period? Sales columns are of
-- deals closed in it; is_open: created by its end and still in work. Under all filters but people.
create or replace view period_deal_company as
select
    deals.*,
    periods.part,
    coalesce(deals.created_on >= periods.first_day and deals.created_on <= periods.last_day, false) as is_created,
    coalesce(deals.closed_on >= periods.first_day and deals.closed_on <= periods.last_day, false) as is_closed,
    coalesce(
        deals.state = 'won' and deals.closed_on >= periods.first_day and deals.closed_on <= periods.last_day, false
    ) as is_won,
    coalesce(
        deals.state = 'lost' and deals.closed_on >= periods.first_day and deals.closed_on <= periods.last_day, false
    ) as is_lost,
    coalesce(deals.is_open and deals.created_on <= periods.last_day, false) as is_in_work
from scope_deal_company as deals
cross join periods;

-- The same of the people picked.
create or replace view period_deal as
select deals.*
from period_deal_company as deals
where deals.employee_id in (select employees.employee_id from scope_employee as employees);

-- Grain: part × lead. Question: what does the lead count as in the period? is_received: created in it; is_closed:
-- qualified or junk since a day of it, whenever it came; is_in_work: created by its end and still new or in work.
create or replace view period_lead_company as
select
    leads.*,
    periods.part,
    coalesce(leads.created_on >= periods.first_day and leads.created_on <= periods.last_day, false) as is_received,
    coalesce(leads.closed_on >= periods.first_day and leads.closed_on <= periods.last_day, false) as is_closed,
    coalesce(leads.is_open and leads.created_on <= periods.last_day, false) as is_in_work
from scope_lead_company as leads
cross join periods;

-- The same of the people picked.
create or replace view period_lead as
select leads.*
from period_lead_company as leads
where leads.employee_id in (select employees.employee_id from scope_employee as employees);

-- Grain: bucket × employee. Question: how much work did whom do in the period? Of everyone under the filters but those
-- of people: the activity index' company is the sum of it.
create or replace view period_work_company as
with by_day as ( -- days first, so that the calendar meets few rows
    select
        activities.day,
        activities.employee_id,
        activities.kind,
        count(*) as done,
        sum(activities.seconds) as seconds,
        sum(activities.points) as points
    from scope_activity_company as activities
    where
        activities.day >= cast(getvariable('period_from') as date)
        and activities.day <= cast(getvariable('period_to') as date)
    group by activities.day, activities.employee_id, activities.kind
)

select
    days.bucket as bucket,
    by_day.employee_id as employee_id,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'meeting'), 0) as bigint) as meetings,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'call'), 0) as bigint) as calls,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'email'), 0) as bigint) as emails,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'task'), 0) as bigint) as tasks,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'comment'), 0) as bigint) as comments,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'other'), 0) as bigint) as other,
    cast(sum(by_day.done) as bigint) as activities,
    sum(by_day.seconds) / 60.0 as call_minutes,
    sum(by_day.points) as points
from by_day
inner join bucket_days as days
    on days.day = by_day.day
group by days.bucket, by_day.employee_id;

-- Grain: employee. Question: the same of the previous period, all of it in one bucket.
create or replace view previous_work_company as
with by_day as (
    select
        activities.employee_id,
        activities.kind,
        count(*) as done,
        sum(activities.seconds) as seconds,
        sum(activities.points) as points
    from scope_activity_company as activities
    inner join periods
        on
            activities.day >= periods.first_day
            and activities.day <= periods.last_day
    where periods.part = 'previous'
    group by activities.employee_id, activities.kind
)

select
    by_day.employee_id as employee_id,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'meeting'), 0) as bigint) as meetings,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'call'), 0) as bigint) as calls,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'email'), 0) as bigint) as emails,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'task'), 0) as bigint) as tasks,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'comment'), 0) as bigint) as comments,
    cast(coalesce(sum(by_day.done) filter (where by_day.kind = 'other'), 0) as bigint) as other,
    cast(sum(by_day.done) as bigint) as activities,
    sum(by_day.seconds) / 60.0 as call_minutes,
    sum(by_day.points) as points
from by_day
group by by_day.employee_id;
