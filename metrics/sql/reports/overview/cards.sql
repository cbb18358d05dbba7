-- The overview: how the period stands against the same days a year before, and what there is to show at all.

-- Grain: one row. Question: which days a year ago stand beside the period's? Its days not after as_of's day, moved back
-- by a year: the ends alone move, and whole months become the same whole months. A period wholly after as_of: none.
create or replace view year_ago_days as
select
    min(days.year_before) as first_day,
    case
        when min(days.day) = min(days.month_start) and max(days.day) = max(days.month_end)
            then max(days.year_before_month_end)
        else max(days.year_before)
    end as last_day
from calendar as days
where in_period(days.day) and days.is_come
having count(*) > 0;

-- Grain: one row. Question: what was sold, and what came, on those days?
create or replace view overview_year_ago as
with sold as (
    select
        unnest(won_figures(deals.state = 'won', deals.amount)),
        lost_count(deals.state = 'lost') as lost_count
    from scope_deal as deals
    cross join year_ago_days as days
    where
        deals.state in ('won', 'lost')
        and deals.closed_on >= days.first_day
        and deals.closed_on <= days.last_day
),

came as (
    select
        count(*) filter (where leads.created_on >= days.first_day and leads.created_on <= days.last_day) as received,
        count(*) filter (
            where
            leads.state = 'qualified' and leads.closed_on >= days.first_day and leads.closed_on <= days.last_day
        ) as qualified
    from scope_lead as leads
    cross join year_ago_days as days
)

select
    sold.won_count as year_ago_count,
    sold.won_sum as year_ago_sum,
    conversion(sold.won_count, sold.lost_count) as year_ago_conversion,
    came.received as year_ago_received,
    ratio(came.qualified, came.received) as year_ago_conversion_to_deal,
    days.first_day as year_ago_from,
    days.last_day as year_ago_to
from sold
cross join came
left join year_ago_days as days
    on true;

-- Grain: one row. Question: how do the period's sales and leads differ from those of a year ago? Counts and sums by
-- which share of the earlier figure (none where that is 0), shares by how much.
create or replace view overview_change as
select
    relative_change(deals.won_count, earlier.year_ago_count) as won_count_year_change,
    relative_change(deals.won_sum, earlier.year_ago_sum) as won_sum_year_change,
    deals.conversion - earlier.year_ago_conversion as conversion_year_change,
    relative_change(leads.received, earlier.year_ago_received) as received_year_change,
    conversion_to_deal(leads.qualified, leads.received) - earlier.year_ago_conversion_to_deal
        as conversion_to_deal_year_change
from sales_deal_summary as deals
cross join period_lead_counts as leads
cross join overview_year_ago as earlier;

-- Grain: one row. Question: what is there to show under these filters? What is not there is told in words, not as zeros.
-- has_calls asks for calls of any day and anybody: a portal without telephony has none at all.
create or replace view overview_presence as
with deals as (
    select
        count(*) filter (where rows_of.is_created or rows_of.is_closed) as touched,
        created_count(rows_of.is_created) as created
    from period_deal as rows_of
    where rows_of.part = 'current'
),

leads as (
    select
        count(*) filter (where rows_of.is_received or rows_of.is_closed) as touched,
        created_count(rows_of.is_received) as created
    from period_lead as rows_of
    where rows_of.part = 'current'
),

idle as (
    select count(*) as people
    from manager_company as company
    where company.is_active_row and company.activities = 0 and is_of_people_picked(company.employee_id)
)

select
    deals.touched > 0 as has_deals,
    extent.has_leads, extent.reason_without_leads, extent.last_lead_on,
    leads.touched > 0 as has_lead_events,
    extent.has_calls,
    deals.created + leads.created > 0 as has_created,
    idle.people as idle_count
from deals
cross join leads
cross join idle
cross join fact_extent as extent;

-- Grain: one row. Question: is anything planned for the months the period touches, for how many of them, and which part
-- of the planned amount should be there by now, so that one sees how far the fact is from it?
create or replace view overview_plan as
with months as (
    select count(*) as touched_months
    from plan_months
),

planned as (
    select count(distinct plans.month) as planned_months
    from period_plan as plans
    where plans.plan_sum <> 0 or plans.plan_count <> 0
)

select
    summary.plan_sum <> 0 or summary.plan_count <> 0 as has_plan,
    ratio(summary.plan_to_date, cast(summary.plan_sum as double)) as to_date_share,
    coalesce(summary.completion_to_date >= 1, false) as is_on_pace,
    planned.planned_months, months.touched_months
from plan_summary as summary
cross join months
cross join planned;
