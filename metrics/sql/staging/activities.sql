-- One row an activity. The provider decides the kind; without one TYPE_ID does. is_work: completed by our side; what
-- the client did (incoming, but a call) and a filled form are nobody's work. A deadline of year 9999 means none.
create or replace table stg_activities as
select
    as_number(raw.id) as activity_id,
    as_link(raw.responsible_id) as employee_id,
    case as_number(raw.owner_type_id) when 1 then 'lead' when 2 then 'deal' end as owner_type,
    as_link(raw.owner_id) as owner_id,
    case
        when given(raw.provider_id) = 'VOXIMPLANT_CALL' then 'call'
        when given(raw.provider_id) = 'CRM_EMAIL' then 'email'
        when given(raw.provider_id) = 'CRM_MEETING' then 'meeting'
        when given(raw.provider_id) in ('CRM_TODO', 'CRM_TASKS_TASK', 'TASKS') then 'task'
        when given(raw.provider_id) is not null then 'other'
        when as_number(raw.type_id) = 1 then 'meeting'
        when as_number(raw.type_id) = 2 then 'call'
        when as_number(raw.type_id) = 3 then 'task'
        when as_number(raw.type_id) = 4 then 'email'
        else 'other'
    end as kind,
    coalesce(as_flag(raw.completed), false) as is_completed,
    coalesce(as_number(raw.direction) = 1, false) as is_incoming,
    coalesce(given(raw.provider_id) = 'CRM_WEBFORM', false) as is_web_form,
    as_moment(raw.start_time) as start_moment,
    as_moment(raw.end_time) as end_moment,
    coalesce(as_moment(raw.start_time), as_moment(raw.created)) as done_moment,
    as_moment(raw.deadline) as deadline_moment,
    as_number(raw.result_status) as result_status
from raw_activities as raw;
