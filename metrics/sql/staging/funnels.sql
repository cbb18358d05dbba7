-- One row a funnel (deal category); the default one has id 0.
create or replace table stg_funnels as
select
    as_number(raw.id) as funnel_id,
    given(raw.name) as funnel_name,
    as_number(raw.sort) as funnel_sort
from raw_funnels as raw;
