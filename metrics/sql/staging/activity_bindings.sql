-- One row a binding of an open activity to a lead (1) or a deal (2); other bindings concern no report.
create or replace table stg_activity_bindings as
select
    as_number(raw.activity_id) as activity_id,
    case as_number(raw.entity_type_id) when 1 then 'lead' when 2 then 'deal' end as owner_type,
    as_link(raw.entity_id) as owner_id
from raw_activity_bindings as raw;
