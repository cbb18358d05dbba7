-- One row a department; parent_id 0 = a root.
create or replace table stg_departments as
select
    as_number(raw.id) as department_id,
    given(raw.name) as department_name,
    as_link(raw.parent) as parent_id,
    as_number(raw.sort) as department_sort
from raw_departments as raw;
