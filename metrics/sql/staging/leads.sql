-- One row a lead. Moments are absolute (timestamptz), *_at and *_on are the portal's clock; opportunity is
-- what is told, in its own currency: facts know the day of the rate.
create or replace table stg_leads as
select
    as_number(raw.id) as lead_id,
    cast(raw.title as varchar) as title,
    as_mark(raw.status_id) as stage_id,
    upper(given(raw.status_semantic_id)) as semantics,
    as_mark(raw.source_id) as source_id,
    as_mark(raw.utm_source) as utm_source,
    as_mark(raw.utm_medium) as utm_medium,
    as_mark(raw.utm_campaign) as utm_campaign,
    as_mark(raw.utm_content) as utm_content,
    as_mark(raw.utm_term) as utm_term,
    as_mark(raw.address_country) as country,
    as_mark(raw.address_city) as city,
    as_link(raw.assigned_by_id) as employee_id,
    as_link(raw.company_id) as company_id,
    case when given(raw.opportunity) is null then 0 else as_decimal(raw.opportunity) end as opportunity,
    trim(raw.currency_id) as currency,
    as_moment(raw.date_create) as created_moment,
    wall_clock(as_moment(raw.date_create)) as created_at,
    cast(wall_clock(as_moment(raw.date_create)) as date) as created_on,
    cast(wall_clock(as_moment(raw.date_closed)) as date) as date_closed_on,
    as_moment(raw.moved_time) as moved_moment,
    as_moment(raw.last_activity_time) as last_activity_moment
from raw_leads as raw;
