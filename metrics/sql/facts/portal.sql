-- What the portal says of itself, one row: its address and whether it works with leads (crm.settings.mode.get: 1 with
-- leads, 2 without).
create or replace table fact_portal as
select
    build_settings.portal_origin, build_settings.long_cycle_target,
    coalesce(
        (select max(case when as_number(portals.leads_mode) = 2 then 1 else 0 end) from raw_portal as portals), 0
    ) = 1 as is_without_leads
from build_settings;
