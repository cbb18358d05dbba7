-- One row a timeline comment of a lead or deal.
create or replace table stg_comments as
select
    as_number(raw.id) as comment_id,
    case lower(given(raw.entity_type)) when 'lead' then 'lead' when 'deal' then 'deal' end as owner_type,
    as_link(raw.entity_id) as owner_id,
    as_link(raw.author_id) as employee_id,
    as_moment(raw.created) as done_moment
from raw_comments as raw;
