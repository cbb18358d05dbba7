-- One row an entry of a lead or a deal into a stage. TYPE_ID 1 is the creation; any other is a move.
create or replace table stg_lead_stage_history as
select
    as_number(raw.id) as entry_id,
    as_link(raw.owner_id) as lead_id,
    as_mark(raw.status_id) as stage_id,
    upper(given(raw.status_semantic_id)) as semantics,
    as_moment(raw.created_time) as entered_moment,
    coalesce(as_number(raw.type_id) <> 1, true) as is_move
from raw_lead_stage_history as raw;

create or replace table stg_deal_stage_history as
with funnels_told as (
    select
        raw.*,
        coalesce(
            as_number(raw.category_id),
            as_number(regexp_extract(as_mark(raw.stage_id), '^C([0-9]+):', 1)),
            0
        ) as funnel_id
    from raw_deal_stage_history as raw
)

select
    as_number(told.id) as entry_id,
    as_link(told.owner_id) as deal_id,
    told.funnel_id,
    coalesce(known.stage_id, as_mark(told.stage_id)) as stage_id,
    upper(given(told.stage_semantic_id)) as semantics,
    as_moment(told.created_time) as entered_moment,
    coalesce(as_number(told.type_id) <> 1, true) as is_move
from funnels_told as told
left join stg_deal_stage_ids as known
    on
        known.funnel_id = told.funnel_id
        and known.stage_id = as_deal_stage(told.funnel_id, told.stage_id);
