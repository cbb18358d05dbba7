-- One row a telephony record. A duration of 0 is 0 seconds; an empty one is no record.
create or replace table stg_calls as
select
    as_number(raw.id) as call_id,
    as_link(raw.crm_activity_id) as activity_id,
    as_number(raw.call_duration) as seconds
from raw_calls as raw;
