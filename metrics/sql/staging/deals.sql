-- One row a deal, templates of recurring deals included and marked. The day of CLOSEDATE is the date as written;
-- opportunity is what is told, in its own currency: facts know the day of the rate.
create or replace table stg_deals as
select
    as_number(raw.id) as deal_id,
    cast(raw.title as varchar) as title,
    as_link(raw.category_id) as funnel_id,
    coalesce(known.stage_id, as_mark(raw.stage_id)) as stage_id,
    upper(given(raw.stage_semantic_id)) as semantics,
    coalesce(as_flag(raw.is_recurring), false) as is_template,
    as_mark(raw.source_id) as source_id,
    as_mark(raw.utm_source) as utm_source,
    as_mark(raw.utm_medium) as utm_medium,
    as_mark(raw.utm_campaign) as utm_campaign,
    as_mark(raw.utm_content) as utm_content,
    as_mark(raw.utm_term) as utm_term,
    as_link(raw.assigned_by_id) as employee_id,
    as_link(raw.company_id) as company_id,
    as_link(raw.contact_id) as contact_id,
    as_link(raw.lead_id) as lead_id,
    case when given(raw.opportunity) is null then 0 else as_decimal(raw.opportunity) end as opportunity,
    trim(raw.currency_id) as currency,
    as_moment(raw.date_create) as created_moment,
    wall_clock(as_moment(raw.date_create)) as created_at,
    cast(wall_clock(as_moment(raw.date_create)) as date) as created_on,
    as_written_day(raw.closedate) as closedate_on,
    as_moment(raw.moved_time) as moved_moment,
    as_moment(raw.last_activity_time) as last_activity_moment
from raw_deals as raw
left join stg_deal_stage_ids as known
    on
        known.funnel_id = as_link(raw.category_id)
        and known.stage_id = as_deal_stage(as_link(raw.category_id), raw.stage_id);
