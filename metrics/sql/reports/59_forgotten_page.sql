-- What the page of the forgotten shows beside its tables.

-- Grain: one row. Question: how many leads and deals of the period are forgotten in all? The totals of both tables.
create or replace view forgotten_total as
with counted as (
    select
        count(*) filter (where rows_of.entity = 'lead') as leads_created,
        count(*) filter (where rows_of.entity = 'lead' and rows_of.is_forgotten) as leads_forgotten,
        count(*) filter (where rows_of.entity = 'deal') as deals_created,
        count(*) filter (where rows_of.entity = 'deal' and rows_of.is_forgotten) as deals_forgotten,
        coalesce(sum(rows_of.amount) filter (where rows_of.entity = 'deal' and rows_of.is_forgotten), 0) as deals_sum
    from period_silence as rows_of
    where rows_of.is_created
)

select
    counted.leads_created as leads_created,
    counted.leads_forgotten as leads_forgotten,
    counted.leads_forgotten / nullif(counted.leads_created, 0) as leads_share,
    counted.deals_created as deals_created,
    counted.deals_forgotten as deals_forgotten,
    counted.deals_forgotten / nullif(counted.deals_created, 0) as deals_share,
    counted.deals_sum as deals_sum
from counted;
