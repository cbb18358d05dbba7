-- Marketing: deals by source and mark, with a lead behind them or without.

-- Grain: source as inherited. Question: which source brings deals, and how do they end?
create or replace view deal_source_stats as
with counted as (
    select
        deals.source_id,
        count(*) filter (where deals.is_created) as created_count,
        count(*) filter (where deals.is_won) as won_count,
        coalesce(sum(deals.amount) filter (where deals.is_won), 0) as won_sum,
        avg(deals.cycle_days) filter (where deals.is_won) as avg_cycle_days,
        count(*) filter (where deals.is_lost) as lost_count,
        coalesce(sum(deals.amount) filter (where deals.is_lost), 0) as lost_sum,
        count(*) filter (where deals.is_in_work) as in_work_count,
        coalesce(sum(deals.amount) filter (where deals.is_in_work), 0) as in_work_sum,
        count(*) filter (where deals.is_won and deals.is_repeat) as repeat_count,
        coalesce(sum(deals.amount) filter (where deals.is_won and deals.is_repeat), 0) as repeat_sum
    from period_deal as deals
    where
        deals.part = 'current'
        and (deals.is_created or deals.is_won or deals.is_lost or deals.is_in_work)
    group by deals.source_id
)

select
    counted.source_id as source_id,
    sources.source as source,
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
    counted.repeat_sum as repeat_sum
from counted
inner join dim_source as sources
    on sources.source_id = counted.source_id;

-- Grain: value of the mark that utm_dimension names. Question: which campaign brings deals, and how do they end?
create or replace view deal_utm_stats as
with counted as (
    select
        deals.utm,
        count(*) filter (where deals.is_created) as created_count,
        count(*) filter (where deals.is_won) as won_count,
        coalesce(sum(deals.amount) filter (where deals.is_won), 0) as won_sum,
        avg(deals.cycle_days) filter (where deals.is_won) as avg_cycle_days,
        count(*) filter (where deals.is_lost) as lost_count,
        coalesce(sum(deals.amount) filter (where deals.is_lost), 0) as lost_sum,
        count(*) filter (where deals.is_in_work) as in_work_count,
        coalesce(sum(deals.amount) filter (where deals.is_in_work), 0) as in_work_sum,
        count(*) filter (where deals.is_won and deals.is_repeat) as repeat_count,
        coalesce(sum(deals.amount) filter (where deals.is_won and deals.is_repeat), 0) as repeat_sum
    from period_deal as deals
    where
        deals.part = 'current'
        and (deals.is_created or deals.is_won or deals.is_lost or deals.is_in_work)
    group by deals.utm
)

select
    counted.utm as utm,
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
    counted.repeat_sum as repeat_sum
from counted;
