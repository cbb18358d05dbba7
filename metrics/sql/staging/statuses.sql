-- One row a dictionary entry: lead statuses, deal stages of each funnel, sources. An id is unique only inside its
-- dictionary; entity_id says which one.
create or replace table stg_statuses as
select
    as_number(raw.id) as status_row_id,
    trim(raw.entity_id) as entity_id,
    case
        when trim(raw.entity_id) = 'DEAL_STAGE' then 0
        when starts_with(trim(raw.entity_id), 'DEAL_STAGE_') then as_number(substr(trim(raw.entity_id), 12))
    end as funnel_id,
    as_mark(raw.status_id) as status_id,
    given(raw.name) as status_name,
    as_number(raw.sort) as status_sort,
    case when upper(given(raw.semantics)) in ('S', 'F') then upper(given(raw.semantics)) else 'P' end as semantics
from raw_statuses as raw;

-- One row a funnel × deal stage the dictionary knows. A row's stage is looked up here with its prefix or without; one
-- the dictionary lacks keeps its id as received.
create or replace table stg_deal_stage_ids as
select distinct
    statuses.funnel_id,
    as_deal_stage(statuses.funnel_id, statuses.status_id) as stage_id
from stg_statuses as statuses
where statuses.funnel_id is not null and statuses.status_id <> '';
