-- One row a user. UF_DEPARTMENT is a list in its order ([3,5]), a map ({"1":5}), a number or false: the first counts.
-- Dismissed is only who is said to be: a portal that keeps ACTIVE to itself dismisses nobody. An outsider is whoever is
-- said to be no employee (extranet, collaborator, email, bot …); of whom nothing is said is an employee.
create or replace table stg_users as
select
    as_number(raw.id) as employee_id,
    given(concat_ws(' ', given(raw.last_name), given(raw.name))) as employee_name,
    case
        when starts_with(trim(raw.uf_department), '{')
            then as_link(regexp_extract(raw.uf_department, ':\s*"?([0-9]+)', 1))
        else as_link(regexp_extract(raw.uf_department, '([0-9]+)', 1))
    end as department_id,
    coalesce(lower(trim(raw.active)) in ('false', 'n', '0'), false) as is_dismissed,
    coalesce(lower(given(raw.user_type)) <> 'employee', false) as is_outsider
from raw_users as raw;
