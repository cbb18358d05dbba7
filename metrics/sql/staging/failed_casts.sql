-- How often a text that says something could not be cast: entity, column of the portal, how many rows. Asked again
-- after the casts themselves, so that staging stays a plain list of columns.
create or replace macro cast_failed(raw_text, typed) as
count(*) filter (
    where typed is null
    and raw_text not in ('', 'null', 'false', '[]', '{}')
    and not starts_with(raw_text, '0000-00-00')
);

create or replace macro moment_failed(raw_text) as cast_failed(raw_text, as_moment(raw_text));

-- A deadline of year 9999 is how the portal writes that there is none.
create or replace macro deadline_failed(raw_text) as
moment_failed(case when not starts_with(trim(raw_text), '9999') then raw_text end);

create or replace macro number_failed(raw_text) as cast_failed(raw_text, as_number(raw_text));

create or replace table failed_cast_checks as
with of_leads as (
    select
        number_failed(id) as id,
        number_failed(assigned_by_id) as assigned_by_id,
        number_failed(company_id) as company_id,
        moment_failed(date_create) as date_create,
        moment_failed(date_closed) as date_closed,
        moment_failed(moved_time) as moved_time,
        moment_failed(last_activity_time) as last_activity_time
    from raw_leads
),

of_deals as (
    select
        number_failed(id) as id,
        number_failed(category_id) as category_id,
        number_failed(assigned_by_id) as assigned_by_id,
        number_failed(company_id) as company_id,
        number_failed(contact_id) as contact_id,
        number_failed(lead_id) as lead_id,
        moment_failed(date_create) as date_create,
        cast_failed(closedate, as_written_day(closedate)) as closedate,
        moment_failed(moved_time) as moved_time,
        moment_failed(last_activity_time) as last_activity_time
    from raw_deals
),

of_activities as (
    select
        number_failed(id) as id,
        number_failed(owner_id) as owner_id,
        number_failed(owner_type_id) as owner_type_id,
        number_failed(type_id) as type_id,
        number_failed(direction) as direction,
        number_failed(responsible_id) as responsible_id,
        moment_failed(created) as created,
        moment_failed(start_time) as start_time,
        moment_failed(end_time) as end_time,
        deadline_failed(deadline) as deadline,
        number_failed(result_status) as result_status
    from raw_activities
),

of_activity_bindings as (
    select
        number_failed(activity_id) as activity_id,
        number_failed(entity_type_id) as entity_type_id,
        number_failed(entity_id) as entity_id
    from raw_activity_bindings
),

of_calls as (
    select
        number_failed(id) as id,
        number_failed(crm_activity_id) as crm_activity_id,
        number_failed(portal_user_id) as portal_user_id,
        number_failed(call_type) as call_type,
        number_failed(call_duration) as call_duration,
        moment_failed(call_start_date) as call_start_date
    from raw_calls
),

of_comments as (
    select
        number_failed(id) as id,
        number_failed(entity_id) as entity_id,
        number_failed(author_id) as author_id,
        moment_failed(created) as created
    from raw_comments
),

of_lead_stage_history as (
    select
        number_failed(id) as id,
        number_failed(owner_id) as owner_id,
        number_failed(type_id) as type_id,
        moment_failed(created_time) as created_time
    from raw_lead_stage_history
),

of_deal_stage_history as (
    select
        number_failed(id) as id,
        number_failed(owner_id) as owner_id,
        number_failed(type_id) as type_id,
        number_failed(category_id) as category_id,
        moment_failed(created_time) as created_time
    from raw_deal_stage_history
),

of_companies as (
    select number_failed(id) as id from raw_companies
),

of_users as (
    select number_failed(id) as id from raw_users
),

of_departments as (
    select
        number_failed(id) as id,
        number_failed(parent) as parent,
        number_failed(sort) as sort
    from raw_departments
),

of_statuses as (
    select
        number_failed(id) as id,
        number_failed(sort) as sort
    from raw_statuses
),

of_funnels as (
    select
        number_failed(id) as id,
        number_failed(sort) as sort
    from raw_funnels
),

of_currencies as (
    select
        cast_failed(amount, as_decimal(amount)) as amount,
        number_failed(amount_cnt) as amount_cnt
    from raw_currencies
),

long as (
    select 'leads' as entity, column_name, failed
    from of_leads unpivot (failed for column_name in (columns(*)))
    union all
    select 'deals', column_name, failed from of_deals unpivot (failed for column_name in (columns(*)))
    union all
    select 'activities', column_name, failed from of_activities unpivot (failed for column_name in (columns(*)))
    union all
    select 'activity_bindings', column_name, failed
    from of_activity_bindings unpivot (failed for column_name in (columns(*)))
    union all
    select 'calls', column_name, failed from of_calls unpivot (failed for column_name in (columns(*)))
    union all
    select 'comments', column_name, failed from of_comments unpivot (failed for column_name in (columns(*)))
    union all
    select 'lead_stage_history', column_name, failed
    from of_lead_stage_history unpivot (failed for column_name in (columns(*)))
    union all
    select 'deal_stage_history', column_name, failed
    from of_deal_stage_history unpivot (failed for column_name in (columns(*)))
    union all
    select 'companies', column_name, failed from of_companies unpivot (failed for column_name in (columns(*)))
    union all
    select 'users', column_name, failed from of_users unpivot (failed for column_name in (columns(*)))
    union all
    select 'departments', column_name, failed from of_departments unpivot (failed for column_name in (columns(*)))
    union all
    select 'statuses', column_name, failed from of_statuses unpivot (failed for column_name in (columns(*)))
    union all
    select 'funnels', column_name, failed from of_funnels unpivot (failed for column_name in (columns(*)))
    union all
    select 'currencies', column_name, failed from of_currencies unpivot (failed for column_name in (columns(*)))
)

select
    long.entity,
    upper(long.column_name) as column_name,
    cast(long.failed as bigint) as failed
from long;
