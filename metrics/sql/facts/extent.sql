-- What there is at all, under no filter, one row: whether the portal works with leads, and whether anybody calls. It does
-- not where its mode says so, or where none has come in the twelve months up to as_of. A portal without telephony has no
-- calls of any day.
create or replace table fact_extent as
with newest as (
    select max(leads.created_on) as last_lead_on
    from fact_lead as leads
)

select
    newest.last_lead_on,
    coalesce(not portal.is_without_leads and newest.last_lead_on >= today.year_before, false) as has_leads,
    case
        when portal.is_without_leads then 'mode_without_leads'
        when newest.last_lead_on is null or newest.last_lead_on < today.year_before then 'none_in_a_year'
    end as reason_without_leads,
    (select count(*) from fact_activity as work where work.kind = 'call') > 0 as has_calls
from newest
cross join fact_portal as portal
cross join clock
inner join calendar as today
    on today.day = clock.as_of_day;
