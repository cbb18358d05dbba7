-- One row a telephony record. A duration of 0 is 0 seconds; an empty one is no record. CALL_TYPE 1 and 4 are outgoing, 2
-- and 3 incoming (the opposite of an activity's DIRECTION); where the portal tells no code, whoever talked has answered.
create or replace table stg_calls as
select
    as_number(raw.id) as call_id,
    as_link(raw.crm_activity_id) as activity_id,
    as_link(raw.portal_user_id) as employee_id,
    case
        when as_number(raw.call_type) in (1, 4) then 'outgoing'
        when as_number(raw.call_type) in (2, 3) then 'incoming'
    end as direction,
    case
        when given(raw.call_failed_code) is null then coalesce(as_number(raw.call_duration) > 0, false)
        else given(raw.call_failed_code) = '200'
    end as is_answered,
    as_moment(raw.call_start_date) as started_moment,
    as_number(raw.call_duration) as seconds
from raw_calls as raw;
