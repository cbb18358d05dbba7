-- Employees and departments, those the dictionaries lack included: whoever answers for a row has a name and a place.

-- One row a department; 0 = none.
create or replace table dim_department as
with ids as (
    select departments.department_id from stg_departments as departments where departments.department_id > 0
    union
    select departments.parent_id from stg_departments as departments where departments.parent_id > 0
    union
    select users.department_id from stg_users as users where users.department_id > 0
    union
    select cast(0 as bigint) as department_id
)

select
    ids.department_id,
    case
        when ids.department_id = 0 then 'Без отдела'
        else coalesce(departments.department_name, concat('Отдел ', ids.department_id))
    end as department,
    case when ids.department_id = 0 then 0 else coalesce(departments.parent_id, 0) end as parent_id,
    departments.department_sort
from ids
left join stg_departments as departments
    on departments.department_id = ids.department_id
order by ids.department_id;

-- One row a department × a department of its subtree, itself included. `union` keeps a pair once, so that a circle
-- in the tree (a portal can hold one) ends.
create or replace table dim_department_subtree as
with recursive subtree as (
    select
        departments.department_id as top_id,
        departments.department_id
    from dim_department as departments
    union
    select
        subtree.top_id, children.department_id
    from subtree
    inner join dim_department as children
        on
            children.parent_id = subtree.department_id
            and children.parent_id <> 0
)

select
    subtree.top_id, subtree.department_id
from subtree
order by subtree.top_id, subtree.department_id;

-- One row an employee: every user, and every responsible id that no user explains; 0 = nobody. is_staff: a user of the
-- company, or an outsider (extranet, e-mail …) who has work here: only these can be picked and planned for; is_active:
-- and is not dismissed.
create or replace table dim_employee as
with working as (
    select leads.employee_id from stg_leads as leads
    union
    select deals.employee_id from stg_deals as deals where not deals.is_template
    union
    select activities.employee_id from stg_activities as activities
    union
    select comments.employee_id from stg_comments as comments
),

ids as (
    select users.employee_id from stg_users as users where users.employee_id > 0
    union
    select working.employee_id from working
    union
    select cast(0 as bigint) as employee_id
)

select
    ids.employee_id,
    case
        when ids.employee_id = 0 then 'Без ответственного'
        else coalesce(users.employee_name, concat('Сотрудник ', ids.employee_id))
    end as employee,
    departments.department_id, departments.department,
    users.employee_id is not null and (not users.is_outsider or working.employee_id is not null) as is_staff,
    users.employee_id is not null
    and (not users.is_outsider or working.employee_id is not null)
    and not users.is_dismissed as is_active,
    coalesce(users.is_dismissed, false) as is_dismissed
from ids
left join stg_users as users
    on
        users.employee_id = ids.employee_id
        and ids.employee_id <> 0
left join working
    on working.employee_id = ids.employee_id
inner join dim_department as departments
    on departments.department_id = coalesce(users.department_id, 0)
order by ids.employee_id;

-- One row a department × an employee of its subtree.
create or replace table dim_department_people as
select
    subtree.top_id, employees.employee_id
from dim_department_subtree as subtree
inner join dim_employee as employees
    on employees.department_id = subtree.department_id
order by subtree.top_id, employees.employee_id;
