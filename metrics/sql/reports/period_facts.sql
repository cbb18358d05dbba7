-- What happened in the period, row by row: the one place that says when a lead or a deal counts as what. Reports add
-- these flags up; one that asks for a day is null where the day is, and not coalesced, so that a filter on it reads the
-- rows of its days alone.

-- Grain: deal. Question: what does the deal count as in the period? Sales columns are of deals closed in it; is_open:
-- created by its end and still in work. Under all filters but people.
create or replace view period_deal_company as
select
    deals.*,
    'current' as part,
    in_period(deals.created_on) as is_created,
    in_period(deals.closed_on) as is_closed,
    deals.state = 'won' and in_period(deals.closed_on) as is_won,
    deals.state = 'lost' and in_period(deals.closed_on) as is_lost,
    deals.is_open and by_period_end(deals.created_on) as is_in_work
from scope_deal_company as deals;

-- Grain: deal closed in the period, or in work at its end. Question: what do the sales columns count it as? Two readings,
-- each of its own rows: one condition with "or" would read all deals. Under all filters but people.
create or replace view period_sale_company as
select
    closed.employee_id, closed.amount, closed.cycle_days,
    closed.state = 'won' as is_won,
    closed.state = 'lost' as is_lost,
    false as is_in_work
from scope_deal_company as closed
where in_period(closed.closed_on)
union all
select
    opened.employee_id, opened.amount, opened.cycle_days,
    false as is_won,
    false as is_lost,
    true as is_in_work
from scope_deal_company as opened
where opened.is_open and by_period_end(opened.created_on);

-- The same of the people picked; out of the scope itself, because every layer is planned anew at every question.
create or replace view period_deal as
select
    deals.*,
    'current' as part,
    in_period(deals.created_on) as is_created,
    in_period(deals.closed_on) as is_closed,
    deals.state = 'won' and in_period(deals.closed_on) as is_won,
    deals.state = 'lost' and in_period(deals.closed_on) as is_lost,
    deals.is_open and by_period_end(deals.created_on) as is_in_work
from scope_deal_company as deals
where is_of_people_picked(deals.employee_id);

-- Grain: deal. Question: what did the deal of the people picked count as in the previous period?
create or replace view previous_deal as
select
    deals.*,
    'previous' as part,
    deals.created_on between periods.first_day and periods.last_day as is_created,
    deals.closed_on between periods.first_day and periods.last_day as is_closed,
    deals.state = 'won' and deals.closed_on between periods.first_day and periods.last_day as is_won,
    deals.state = 'lost' and deals.closed_on between periods.first_day and periods.last_day as is_lost,
    deals.is_open and deals.created_on <= periods.last_day as is_in_work
from scope_deal as deals
cross join previous_days as periods
where before_period(deals.created_on) or before_period(deals.closed_on);

-- Grain: lead. Question: what does the lead count as in the period? is_received: created in it; is_closed: qualified or
-- junk since a day of it, whenever it came; is_in_work: created by its end and still new or in work.
create or replace view period_lead_company as
select
    leads.*,
    'current' as part,
    in_period(leads.created_on) as is_received,
    in_period(leads.closed_on) as is_closed,
    leads.is_open and by_period_end(leads.created_on) as is_in_work
from scope_lead_company as leads;

-- The same of the people picked.
create or replace view period_lead as
select leads.*
from period_lead_company as leads
where is_of_people_picked(leads.employee_id);

-- Grain: part (current, previous) × lead received in it. Question: where did the leads of both periods come from?
create or replace view received_lead as
select
    'current' as part,
    ours.source_id
from scope_lead as ours
where in_period(ours.created_on)
union all
select
    'previous' as part,
    earlier.source_id
from scope_lead as earlier
inner join previous_days as periods
    on
        earlier.created_on >= periods.first_day
        and earlier.created_on <= periods.last_day
where before_period(earlier.created_on);

-- Grain: bucket × employee. Question: how much work did whom do in the period? Of everyone under the filters but those
-- of people: the activity index' company is the sum of it.
create or replace view period_work_company as
select
    days.bucket, work.employee_id,
    unnest(client_work_totals(meetings, calls, emails)),
    unnest(other_work_totals(tasks, comments, other)),
    unnest(all_work_totals(activities, call_minutes, points))
from scope_work_day_company as work
inner join bucket_days as days
    on days.day = work.day
where in_period(work.day)
group by days.bucket, work.employee_id;
