-- What happened in the period, row by row: the one place that says when a lead or a deal counts as what. Reports add
-- these flags up.

-- Grain: part (current, previous) × deal. Question: what does the deal count as in the period? Sales columns are of
-- deals closed in it; is_open: created by its end and still in work. Under all filters but people.
create or replace view period_deal_company as
select
    deals.*,
    periods.part,
    coalesce(deals.created_on between periods.first_day and periods.last_day, false) as is_created,
    coalesce(deals.closed_on between periods.first_day and periods.last_day, false) as is_closed,
    deals.state = 'won' and coalesce(deals.closed_on between periods.first_day and periods.last_day, false) as is_won,
    deals.state = 'lost' and coalesce(deals.closed_on between periods.first_day and periods.last_day, false) as is_lost,
    coalesce(deals.is_open and deals.created_on <= periods.last_day, false) as is_in_work
from scope_deal_company as deals
cross join periods;

-- The same of the people picked.
create or replace view period_deal as
select deals.*
from period_deal_company as deals
where is_of_people_picked(deals.employee_id);

-- Grain: part × lead. Question: what does the lead count as in the period? is_received: created in it; is_closed:
-- qualified or junk since a day of it, whenever it came; is_in_work: created by its end and still new or in work.
create or replace view period_lead_company as
select
    leads.*,
    periods.part,
    coalesce(leads.created_on between periods.first_day and periods.last_day, false) as is_received,
    coalesce(leads.closed_on between periods.first_day and periods.last_day, false) as is_closed,
    coalesce(leads.is_open and leads.created_on <= periods.last_day, false) as is_in_work
from scope_lead_company as leads
cross join periods;

-- The same of the people picked.
create or replace view period_lead as
select leads.*
from period_lead_company as leads
where is_of_people_picked(leads.employee_id);

-- Grain: bucket × employee. Question: how much work did whom do in the period? Of everyone under the filters but those
-- of people: the activity index' company is the sum of it.
create or replace view period_work_company as
with by_day as ( -- days first, so that the calendar meets few rows
    select
        work.day, work.employee_id, work.kind,
        count(*) as done,
        total_sum(work.seconds) as seconds,
        total_sum(work.points) as points
    from scope_activity_company as work
    where in_period(work.day)
    group by work.day, work.employee_id, work.kind
)

select
    days.bucket, by_day.employee_id,
    unnest(client_work(kind, done)),
    unnest(other_work(kind, done)),
    unnest(all_work(done, seconds, points))
from by_day
inner join bucket_days as days
    on days.day = by_day.day
group by days.bucket, by_day.employee_id;

-- Grain: employee. Question: the same of the previous period, all of it in one bucket.
create or replace view previous_work_company as
with by_kind as (
    select
        work.employee_id, work.kind,
        count(*) as done,
        total_sum(work.seconds) as seconds,
        total_sum(work.points) as points
    from scope_activity_company as work
    inner join periods
        on
            work.day >= periods.first_day
            and work.day <= periods.last_day
    where periods.part = 'previous'
    group by work.employee_id, work.kind
)

select
    by_kind.employee_id,
    unnest(client_work(kind, done)),
    unnest(other_work(kind, done)),
    unnest(all_work(done, seconds, points))
from by_kind
group by by_kind.employee_id;
