-- Deal statistics and the deal list: what the plan and the sales dynamics share.

-- Grain: deal state, always three rows. Question: of the deals created or closed in the period, how many are in work,
-- won and lost now, and for how much?
create or replace view deal_state_stats as
with counted as (
    select
        deals.state,
        unnest(deal_volume(amount))
    from period_deal as deals
    where deals.part = 'current' and (deals.is_created or deals.is_closed)
    group by deals.state
)

select
    states.state,
    coalesce(counted.deal_count, 0) as deal_count,
    coalesce(counted.deal_sum, 0) as deal_sum,
    share_of_all(counted.deal_count) as count_share,
    share_of_all(counted.deal_sum) as sum_share
from dim_deal_state as states
left join counted
    on counted.state = states.state;

-- Grain: funnel × stage that holds a deal. Question: where do the deals created or closed in the period stand?
create or replace view deal_stage_stats as
select
    deals.funnel_id, funnels.funnel, deals.stage_id, stages.stage, stages.stage_sort, stages.state,
    unnest(deal_volume(amount))
from period_deal as deals
inner join dim_funnel as funnels
    on funnels.funnel_id = deals.funnel_id
inner join dim_deal_stage as stages
    on
        stages.funnel_id = deals.funnel_id
        and stages.stage_id = deals.stage_id
where deals.part = 'current' and (deals.is_created or deals.is_closed)
group by deals.funnel_id, funnels.funnel, deals.stage_id, stages.stage, stages.stage_sort, stages.state;

-- Grain: band of the cycle, always five rows. Question: how long did the deals closed in the period take?
create or replace view deal_duration_stats as
with counted as (
    select
        deals.duration_band,
        unnest(deal_volume(amount))
    from period_deal as deals
    where deals.part = 'current' and deals.is_closed
    group by deals.duration_band
)

select
    bands.duration_band,
    coalesce(counted.deal_count, 0) as deal_count,
    coalesce(counted.deal_sum, 0) as deal_sum,
    share_of_all(counted.deal_count) as count_share
from dim_duration_band as bands
left join counted
    on counted.duration_band = bands.duration_band;

-- Grain: bucket × band of the cycle, dense. Question: how does the length of the deals closed move?
create or replace view deal_duration_dynamics as
with counted as (
    select
        days.bucket, deals.duration_band,
        unnest(deal_volume(amount))
    from period_deal as deals
    inner join bucket_days as days
        on days.day = deals.closed_on
    where deals.part = 'current' and deals.is_closed
    group by days.bucket, deals.duration_band
)

select
    buckets.bucket, bands.duration_band,
    coalesce(counted.deal_count, 0) as deal_count,
    coalesce(counted.deal_sum, 0) as deal_sum,
    share_within(counted.deal_count, buckets.bucket) as count_share
from buckets
cross join dim_duration_band as bands
left join counted
    on
        counted.bucket = buckets.bucket
        and counted.duration_band = bands.duration_band;

-- Grain: bucket. Question: which share of the deals closed took more than 180 days, against the target of the settings?
create or replace view deal_long_cycle_dynamics as
select
    lengths.bucket,
    total_count(lengths.deal_count) as closed_count,
    total_count(case when lengths.duration_band = '181+' then lengths.deal_count else 0 end) as long_count,
    max(case when lengths.duration_band = '181+' then lengths.count_share end) as long_share,
    cast(max(portal.long_cycle_target) as double) as long_cycle_target
from deal_duration_dynamics as lengths
cross join fact_portal as portal
group by lengths.bucket;

-- Grain: deal. Question: which deals are meant? Those created in the period or closed in it; with all_open also those
-- in work created before; with without_activities only those in work that nobody has planned anything for. Without
-- names, which are many times longer: pages of the list are ordered and searched here.
create or replace view listed_deal as
select
    deals.deal_id, deals.title, deals.funnel_id, deals.stage_id, deals.state, deals.employee_id, deals.company,
    deals.source_id, deals.amount, deals.created_on, deals.closed_on, deals.duration_days, deals.is_repeat,
    deals.last_action_at, deals.open_activities
from period_deal as deals
where
    deals.part = 'current'
    and is_listed(deals.is_created, deals.is_closed, deals.is_open, deals.created_on, deals.open_activities);

-- Grain: deal. Question: the same with their names. Behind the columns of every portal stand those of the user fields
-- that the settings name.
create or replace view deal_list as
select
    deals.deal_id, deals.title,
    record_url(portal.portal_origin, 'deal', deals.deal_id) as url,
    deals.funnel_id, funnels.funnel, deals.stage_id, stages.stage, stages.stage_sort, deals.state,
    deals.employee_id, employees.employee, employees.department_id, employees.department, deals.company,
    deals.source_id, sources.source, deals.amount, deals.created_on, deals.closed_on, deals.duration_days,
    deals.is_repeat, deals.last_action_at, deals.open_activities,
    own.* exclude (deal_id)
from listed_deal as deals
inner join dim_employee as employees
    on employees.employee_id = deals.employee_id
inner join dim_funnel as funnels
    on funnels.funnel_id = deals.funnel_id
inner join dim_deal_stage as stages
    on
        stages.funnel_id = deals.funnel_id
        and stages.stage_id = deals.stage_id
inner join dim_source as sources
    on sources.source_id = deals.source_id
left join fact_deal_fields as own
    on own.deal_id = deals.deal_id
cross join fact_portal as portal;
