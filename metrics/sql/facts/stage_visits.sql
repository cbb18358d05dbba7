-- One row a stay of a lead (deal) on a stage that is not final. ended_on is null while the stay is open: the last stay
-- of one in work, which lasts to as_of; the last stay of a closed one is none. Days are fractional.
create or replace table fact_lead_stage_visit as
select
    entries.lead_id, leads.employee_id, entries.stage_id,
    cast(wall_clock(entries.entered_moment) as date) as started_on,
    cast(wall_clock(entries.next_moment) as date) as ended_on,
    greatest(
        epoch(coalesce(entries.next_moment, clock.as_of_moment)) - epoch(entries.entered_moment), 0
    ) / 86400.0 as days
from stg_lead_stage_entries as entries
inner join fact_lead as leads
    on leads.lead_id = entries.lead_id
cross join clock
where
    not entries.is_final
    and (entries.next_moment is not null or leads.is_open)
order by ended_on, started_on, lead_id;

create or replace table fact_deal_stage_visit as
select
    entries.deal_id, deals.employee_id,
    deals.funnel_id as deal_funnel_id,
    entries.funnel_id, entries.stage_id,
    cast(wall_clock(entries.entered_moment) as date) as started_on,
    cast(wall_clock(entries.next_moment) as date) as ended_on,
    greatest(
        epoch(coalesce(entries.next_moment, clock.as_of_moment)) - epoch(entries.entered_moment), 0
    ) / 86400.0 as days
from stg_deal_stage_entries as entries
inner join fact_deal as deals
    on deals.deal_id = entries.deal_id
cross join clock
where
    not entries.is_final
    and (entries.next_moment is not null or deals.is_open)
order by ended_on, started_on, deal_id;
