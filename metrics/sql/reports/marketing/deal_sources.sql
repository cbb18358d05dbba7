-- Marketing: deals by source and mark, with a lead behind them or without.

-- Grain: source as inherited. Question: which source brings deals, and how do they end?
create or replace view deal_source_stats as
with counted as (
    select
        deals.source_id,
        created_count(is_created) as created_count,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount)),
        unnest(in_work_figures(is_in_work, amount)),
        unnest(repeat_figures(is_won, is_repeat, amount))
    from period_deal as deals
    where
        deals.part = 'current'
        and (deals.is_created or deals.is_closed or deals.is_in_work)
    group by deals.source_id
)

select
    counted.source_id, sources.source, counted.created_count, counted.won_count, counted.won_sum,
    avg_check(counted.won_sum, counted.won_count) as avg_check,
    conversion(counted.won_count, counted.lost_count) as conversion,
    counted.avg_cycle_days, counted.lost_count, counted.lost_sum, counted.in_work_count, counted.in_work_sum,
    counted.repeat_count, counted.repeat_sum
from counted
inner join dim_source as sources
    on sources.source_id = counted.source_id;

-- Grain: value of the mark that utm_dimension names. Question: which campaign brings deals, and how do they end?
create or replace view deal_utm_stats as
with counted as (
    select
        deals.utm,
        created_count(is_created) as created_count,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount)),
        unnest(in_work_figures(is_in_work, amount)),
        unnest(repeat_figures(is_won, is_repeat, amount))
    from period_deal as deals
    where
        deals.part = 'current'
        and (deals.is_created or deals.is_closed or deals.is_in_work)
    group by deals.utm
)

select
    counted.utm, counted.created_count, counted.won_count, counted.won_sum,
    avg_check(counted.won_sum, counted.won_count) as avg_check,
    conversion(counted.won_count, counted.lost_count) as conversion,
    counted.avg_cycle_days, counted.lost_count, counted.lost_sum, counted.in_work_count, counted.in_work_sum,
    counted.repeat_count, counted.repeat_sum
from counted;

-- Grain: one row. Question: what do the tables of deals by source and by mark add up to?
create or replace view deal_source_total as
with counted as (
    select
        created_count(is_created) as created_count,
        unnest(won_figures(is_won, amount)),
        avg_cycle_days(is_won, cycle_days) as avg_cycle_days,
        unnest(lost_figures(is_lost, amount)),
        unnest(in_work_figures(is_in_work, amount)),
        unnest(repeat_figures(is_won, is_repeat, amount))
    from period_deal as deals
    where deals.is_created or deals.is_closed or deals.is_in_work
)

select
    counted.created_count, counted.won_count, counted.won_sum,
    avg_check(counted.won_sum, counted.won_count) as avg_check,
    conversion(counted.won_count, counted.lost_count) as conversion,
    counted.avg_cycle_days, counted.lost_count, counted.lost_sum, counted.in_work_count, counted.in_work_sum,
    counted.repeat_count, counted.repeat_sum
from counted;
