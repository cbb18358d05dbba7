-- Sales dynamics: what came in, what was sold, to whom anew and to whom again.

-- Grain: one row. Question: how many leads came in the period, what became of leads in it, how many of those received
-- are forgotten?
create or replace view sales_lead_summary as
with forgotten as (
    select count(*) as forgotten
    from period_lead as leads
    where
        leads.part = 'current'
        and leads.is_received
        and leads.is_open
        and leads.silent_seconds >= cast(getvariable('lead_days') as bigint) * 86400
)

select
    summary.received as received,
    summary.qualified as qualified,
    summary.junk as junk,
    summary.new as new,
    summary.in_work as in_work,
    forgotten.forgotten as forgotten
from lead_summary as summary
cross join forgotten;

-- Grain: part (current, previous), one row each. Question: the deal figures, all in all.
create or replace view sales_deal_summaries as
with counted as (
    select
        deals.part,
        count(*) filter (where deals.is_created) as created_count,
        count(*) filter (where deals.is_won) as won_count,
        sum(deals.amount) filter (where deals.is_won) as won_sum,
        avg(deals.cycle_days) filter (where deals.is_won) as avg_cycle_days,
        count(*) filter (where deals.is_lost) as lost_count,
        sum(deals.amount) filter (where deals.is_lost) as lost_sum,
        count(*) filter (where deals.is_in_work) as in_work_count,
        sum(deals.amount) filter (where deals.is_in_work) as in_work_sum,
        count(*) filter (
            where
            deals.is_created
            and deals.is_open
            and deals.silent_seconds >= cast(getvariable('deal_days') as bigint) * 86400
        ) as forgotten,
        count(*) filter (where deals.is_won and deals.is_new) as new_count,
        sum(deals.amount) filter (where deals.is_won and deals.is_new) as new_sum,
        count(*) filter (where deals.is_won and deals.is_repeat) as repeat_count,
        sum(deals.amount) filter (where deals.is_won and deals.is_repeat) as repeat_sum
    from period_deal as deals
    group by deals.part
)

select
    periods.part as part,
    coalesce(counted.created_count, 0) as created_count,
    coalesce(counted.won_count, 0) as won_count,
    coalesce(counted.won_sum, 0) as won_sum,
    counted.won_sum / nullif(counted.won_count, 0) as avg_check,
    counted.won_count / nullif(counted.won_count + counted.lost_count, 0) as conversion,
    counted.avg_cycle_days as avg_cycle_days,
    coalesce(counted.lost_count, 0) as lost_count,
    coalesce(counted.lost_sum, 0) as lost_sum,
    coalesce(counted.in_work_count, 0) as in_work_count,
    coalesce(counted.in_work_sum, 0) as in_work_sum,
    coalesce(counted.forgotten, 0) as forgotten,
    coalesce(counted.new_count, 0) as new_count,
    coalesce(counted.new_sum, 0) as new_sum,
    coalesce(counted.repeat_count, 0) as repeat_count,
    coalesce(counted.repeat_sum, 0) as repeat_sum
from periods
left join counted
    on counted.part = periods.part;

-- Grain: one row. Question: how many deals came, were won and lost in the period, and what is in work and forgotten?
create or replace view sales_deal_summary as
select
    summaries.created_count as created_count,
    summaries.won_count as won_count,
    summaries.won_sum as won_sum,
    summaries.avg_check as avg_check,
    summaries.conversion as conversion,
    summaries.avg_cycle_days as avg_cycle_days,
    summaries.lost_count as lost_count,
    summaries.lost_sum as lost_sum,
    summaries.in_work_count as in_work_count,
    summaries.in_work_sum as in_work_sum,
    summaries.forgotten as forgotten
from sales_deal_summaries as summaries
where summaries.part = 'current';

-- Grain: one row. Question: how much of the period's purchases is of new clients and how much of returning ones?
create or replace view sales_new_repeat as
select
    summaries.new_count as new_count,
    summaries.new_sum as new_sum,
    summaries.repeat_count as repeat_count,
    summaries.repeat_sum as repeat_sum,
    summaries.repeat_count / nullif(summaries.new_count + summaries.repeat_count, 0) as repeat_count_share,
    summaries.repeat_sum / nullif(summaries.new_sum + summaries.repeat_sum, 0) as repeat_sum_share
from sales_deal_summaries as summaries
where summaries.part = 'current';

-- Grain: one row. Question: how do the period's deal figures differ from those of the previous period, like with like?
-- Counts and sums by which share of the earlier figure, shares and days by how much.
create or replace view sales_deal_summary_change as
with parts as (
    select totals.*
    from sales_deal_summaries as totals
)

select
    (ours.created_count - earlier.created_count) / nullif(cast(earlier.created_count as double), 0)
        as created_count_change,
    (ours.won_count - earlier.won_count) / nullif(cast(earlier.won_count as double), 0) as won_count_change,
    cast(ours.won_sum - earlier.won_sum as double) / nullif(cast(earlier.won_sum as double), 0) as won_sum_change,
    (ours.avg_check - earlier.avg_check) / nullif(earlier.avg_check, 0) as avg_check_change,
    ours.conversion - earlier.conversion as conversion_change,
    ours.avg_cycle_days - earlier.avg_cycle_days as avg_cycle_days_change,
    (ours.lost_count - earlier.lost_count) / nullif(cast(earlier.lost_count as double), 0) as lost_count_change,
    cast(ours.lost_sum - earlier.lost_sum as double) / nullif(cast(earlier.lost_sum as double), 0) as lost_sum_change,
    (ours.repeat_count - earlier.repeat_count) / nullif(cast(earlier.repeat_count as double), 0)
        as repeat_count_change,
    cast(ours.repeat_sum - earlier.repeat_sum as double) / nullif(cast(earlier.repeat_sum as double), 0)
        as repeat_sum_change,
    before.first_day as previous_from,
    before.last_day as previous_to
from parts as ours
cross join parts as earlier
cross join periods as before
where
    ours.part = 'current'
    and earlier.part = 'previous'
    and before.part = 'previous';

-- Grain: bucket, dense. Question: how do sales move, against the bucket before and the year before, like with like?
create or replace view sales_dynamics as
with won_by_day as (
    select
        deals.closed_on as day,
        count(*) as won_count,
        sum(deals.amount) as won_sum,
        count(*) filter (where deals.is_new) as new_count,
        coalesce(sum(deals.amount) filter (where deals.is_new), 0) as new_sum,
        count(*) filter (where deals.is_repeat) as repeat_count,
        coalesce(sum(deals.amount) filter (where deals.is_repeat), 0) as repeat_sum
    from scope_deal as deals
    where deals.state = 'won' and deals.closed_on is not null
    group by deals.closed_on
),

ours as (
    select
        buckets.bucket,
        cast(sum(won_by_day.won_count) as bigint) as won_count,
        sum(won_by_day.won_sum) as won_sum,
        cast(sum(won_by_day.new_count) as bigint) as new_count,
        sum(won_by_day.new_sum) as new_sum,
        cast(sum(won_by_day.repeat_count) as bigint) as repeat_count,
        sum(won_by_day.repeat_sum) as repeat_sum
    from buckets
    inner join won_by_day
        on
            won_by_day.day >= buckets.first_day
            and won_by_day.day <= buckets.last_day
    group by buckets.bucket
),

earlier as (
    select
        comparisons.bucket,
        comparisons.part,
        cast(sum(won_by_day.won_count) as bigint) as won_count,
        sum(won_by_day.won_sum) as won_sum
    from bucket_comparisons as comparisons
    inner join won_by_day
        on
            won_by_day.day >= comparisons.first_day
            and won_by_day.day <= comparisons.last_day
    group by comparisons.bucket, comparisons.part
)

select
    buckets.bucket as bucket,
    coalesce(ours.won_count, 0) as won_count,
    coalesce(ours.won_sum, 0) as won_sum,
    ours.won_sum / nullif(ours.won_count, 0) as avg_check,
    coalesce(ours.new_count, 0) as new_count,
    coalesce(ours.new_sum, 0) as new_sum,
    coalesce(ours.repeat_count, 0) as repeat_count,
    coalesce(ours.repeat_sum, 0) as repeat_sum,
    coalesce(previous.won_count, 0) as previous_count,
    coalesce(previous.won_sum, 0) as previous_sum,
    coalesce(year_ago.won_count, 0) as year_ago_count,
    coalesce(year_ago.won_sum, 0) as year_ago_sum
from buckets
left join ours
    on ours.bucket = buckets.bucket
left join earlier as previous
    on
        previous.bucket = buckets.bucket
        and previous.part = 'previous'
left join earlier as year_ago
    on
        year_ago.bucket = buckets.bucket
        and year_ago.part = 'year_ago';

-- Grain: employee. Question: what did each one open, win, lose, and sell again?
create or replace view sales_by_employee as
with counted as (
    select
        deals.employee_id,
        count(*) filter (where deals.is_created) as created_count,
        count(*) filter (where deals.is_won) as won_count,
        coalesce(sum(deals.amount) filter (where deals.is_won), 0) as won_sum,
        avg(deals.cycle_days) filter (where deals.is_won) as avg_cycle_days,
        count(*) filter (where deals.is_lost) as lost_count,
        coalesce(sum(deals.amount) filter (where deals.is_lost), 0) as lost_sum,
        count(*) filter (where deals.is_in_work) as in_work_count,
        coalesce(sum(deals.amount) filter (where deals.is_in_work), 0) as in_work_sum,
        coalesce(sum(deals.amount) filter (where deals.is_won and deals.is_new), 0) as new_sum,
        count(*) filter (where deals.is_won and deals.is_repeat) as repeat_count,
        coalesce(sum(deals.amount) filter (where deals.is_won and deals.is_repeat), 0) as repeat_sum
    from period_deal as deals
    where
        deals.part = 'current'
        and (deals.is_created or deals.is_won or deals.is_lost or deals.is_in_work)
    group by deals.employee_id
)

select
    counted.employee_id as employee_id,
    employees.employee as employee,
    employees.department_id as department_id,
    employees.department as department,
    counted.created_count as created_count,
    counted.won_count as won_count,
    counted.won_sum as won_sum,
    counted.won_sum / nullif(counted.won_count, 0) as avg_check,
    counted.won_count / nullif(counted.won_count + counted.lost_count, 0) as conversion,
    counted.avg_cycle_days as avg_cycle_days,
    counted.lost_count as lost_count,
    counted.lost_sum as lost_sum,
    counted.in_work_count as in_work_count,
    counted.in_work_sum as in_work_sum,
    counted.repeat_count as repeat_count,
    counted.repeat_sum as repeat_sum,
    counted.repeat_sum / nullif(counted.new_sum + counted.repeat_sum, 0) as repeat_share
from counted
inner join dim_employee as employees
    on employees.employee_id = counted.employee_id;

-- Grain: bucket × employee, dense over the buckets of the period and the employees with any value in it. Question: how
-- do each one's sales move?
create or replace view sales_employee_dynamics as
with created as (
    select
        days.bucket,
        deals.employee_id,
        count(*) as created_count
    from period_deal as deals
    inner join bucket_days as days
        on days.day = deals.created_on
    where deals.part = 'current' and deals.is_created
    group by days.bucket, deals.employee_id
),

closed as (
    select
        days.bucket,
        deals.employee_id,
        count(*) filter (where deals.is_won) as won_count,
        coalesce(sum(deals.amount) filter (where deals.is_won), 0) as won_sum,
        avg(deals.cycle_days) filter (where deals.is_won) as avg_cycle_days,
        count(*) filter (where deals.is_lost) as lost_count,
        coalesce(sum(deals.amount) filter (where deals.is_lost), 0) as lost_sum
    from period_deal as deals
    inner join bucket_days as days
        on days.day = deals.closed_on
    where deals.part = 'current' and (deals.is_won or deals.is_lost)
    group by days.bucket, deals.employee_id
),

present as (
    select created.employee_id from created
    union
    select closed.employee_id from closed
)

select
    buckets.bucket as bucket,
    present.employee_id as employee_id,
    employees.employee as employee,
    coalesce(created.created_count, 0) as created_count,
    coalesce(closed.won_count, 0) as won_count,
    coalesce(closed.won_sum, 0) as won_sum,
    closed.won_sum / nullif(closed.won_count, 0) as avg_check,
    closed.won_count / nullif(closed.won_count + closed.lost_count, 0) as conversion,
    closed.avg_cycle_days as avg_cycle_days,
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
