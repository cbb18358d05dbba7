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
