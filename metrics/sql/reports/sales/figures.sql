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
        and is_forgotten(leads.is_open, leads.silent_seconds, 'lead_days')
)

select summary.received, summary.qualified, summary.junk, summary.new, summary.in_work, forgotten.forgotten
from period_lead_counts as summary
cross join forgotten;

-- Grain: one row. Question: the deal figures of the period, all in all.
create or replace view period_deal_total as
with counted as (
    select
        created_count(is_created) as created_count,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount)),
        unnest(in_work_figures(is_in_work, amount)),
        forgotten_count(is_created and is_forgotten(is_open, silent_seconds, 'deal_days')) as forgotten,
        unnest(new_figures(is_won, is_new, amount)),
        unnest(repeat_figures(is_won, is_repeat, amount))
    from period_deal as deals
    where deals.is_created or deals.is_closed or deals.is_in_work
)

select
    counted.*,
    avg_check(counted.won_sum, counted.won_count) as avg_check,
    conversion(counted.won_count, counted.lost_count) as conversion
from counted;

-- Grain: one row. Question: the same of the previous period.
create or replace view previous_deal_total as
with counted as (
    select
        created_count(is_created) as created_count,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount)),
        unnest(in_work_figures(is_in_work, amount)),
        forgotten_count(is_created and is_forgotten(is_open, silent_seconds, 'deal_days')) as forgotten,
        unnest(new_figures(is_won, is_new, amount)),
        unnest(repeat_figures(is_won, is_repeat, amount))
    from previous_deal as deals
    where deals.is_created or deals.is_closed or deals.is_in_work
)

select
    counted.*,
    avg_check(counted.won_sum, counted.won_count) as avg_check,
    conversion(counted.won_count, counted.lost_count) as conversion
from counted;

-- Grain: one row. Question: how many deals came, were won and lost in the period, and what is in work and forgotten?
create or replace view sales_deal_summary as
select
    total.created_count, total.won_count, total.won_sum, total.avg_check, total.conversion, total.avg_cycle_days,
    total.lost_count, total.lost_sum, total.in_work_count, total.in_work_sum, total.forgotten
from period_deal_total as total;

-- Grain: one row. Question: how much of the period's purchases is of new clients and how much of returning ones?
create or replace view sales_new_repeat as
select
    total.new_count, total.new_sum, total.repeat_count, total.repeat_sum,
    repeat_share(total.new_count, total.repeat_count) as repeat_count_share,
    repeat_share(total.new_sum, total.repeat_sum) as repeat_sum_share
from period_deal_total as total;

-- Grain: one row. Question: how do the period's deal figures differ from those of the previous period, like with like?
-- Counts and sums by which share of the earlier figure, shares and days by how much.
create or replace view sales_deal_summary_change as
select
    relative_change(ours.created_count, earlier.created_count) as created_count_change,
    relative_change(ours.won_count, earlier.won_count) as won_count_change,
    relative_change(ours.won_sum, earlier.won_sum) as won_sum_change,
    relative_change(ours.avg_check, earlier.avg_check) as avg_check_change,
    ours.conversion - earlier.conversion as conversion_change,
    ours.avg_cycle_days - earlier.avg_cycle_days as avg_cycle_days_change,
    relative_change(ours.lost_count, earlier.lost_count) as lost_count_change,
    relative_change(ours.lost_sum, earlier.lost_sum) as lost_sum_change,
    relative_change(ours.repeat_count, earlier.repeat_count) as repeat_count_change,
    relative_change(ours.repeat_sum, earlier.repeat_sum) as repeat_sum_change,
    before.first_day as previous_from,
    before.last_day as previous_to
from period_deal_total as ours
cross join previous_deal_total as earlier
cross join previous_days as before;

-- Grain: bucket, dense. Question: how do sales move, against the bucket before and the year before, like with like?
create or replace view sales_dynamics as
with won_by_day as (
    select
        deals.closed_on as day,
        unnest(won_figures(true, amount)),
        unnest(new_figures(true, is_new, amount)),
        unnest(repeat_figures(true, is_repeat, amount))
    from scope_deal as deals
    where deals.state = 'won' and deals.closed_on is not null
    group by deals.closed_on
),

ours as (
    select
        buckets.bucket,
        total_count(won_by_day.won_count) as won_count,
        total_sum(won_by_day.won_sum) as won_sum,
        total_count(won_by_day.new_count) as new_count,
        total_sum(won_by_day.new_sum) as new_sum,
        total_count(won_by_day.repeat_count) as repeat_count,
        total_sum(won_by_day.repeat_sum) as repeat_sum
    from buckets
    inner join won_by_day
        on
            won_by_day.day >= buckets.first_day
            and won_by_day.day <= buckets.last_day
    group by buckets.bucket
),

earlier as (
    select
        comparisons.bucket, comparisons.part,
        total_count(won_by_day.won_count) as won_count,
        total_sum(won_by_day.won_sum) as won_sum
    from bucket_comparisons as comparisons
    inner join won_by_day
        on
            won_by_day.day >= comparisons.first_day
            and won_by_day.day <= comparisons.last_day
    group by comparisons.bucket, comparisons.part
)

select
    buckets.bucket,
    coalesce(ours.won_count, 0) as won_count,
    coalesce(ours.won_sum, 0) as won_sum,
    avg_check(ours.won_sum, ours.won_count) as avg_check,
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
