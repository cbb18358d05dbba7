-- What a warehouse says of itself (one row, folded into meta by the build): the base currency, and the first day that
-- any lead, deal or piece of work stands on; imported history may have been closed long before it was created here.
create or replace view build_summary as
with days as (
    select min(leads.created_on) as day from fact_lead as leads
    union all
    select min(leads.closed_on) as day from fact_lead as leads
    union all
    select min(deals.created_on) as day from fact_deal as deals
    union all
    select min(deals.closed_on) as day from fact_deal as deals
    union all
    select min(work.day) as day from fact_activity as work
)

select
    coalesce(
        (select min(currencies.currency) from stg_currencies as currencies where currencies.is_base), 'RUB'
    ) as base_currency,
    (select greatest(min(days.day), date '1990-01-01') from days) as first_day;
