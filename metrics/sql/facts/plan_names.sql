-- Whom and what a plan names has a name, also where the portal shows neither: no plan is lost. Views and not tables,
-- because a plan that is being typed stands for fact_plan while its figures are asked for.

-- One row an employee: those of the portal, and those the plan alone knows.
create or replace view plan_employee as
select
    employees.employee_id, employees.employee, employees.department_id, employees.department, employees.is_staff,
    employees.is_active, employees.is_dismissed
from dim_employee as employees
union all
select
    planned.employee_id,
    concat('Сотрудник ', planned.employee_id) as employee,
    departments.department_id, departments.department,
    false as is_staff,
    false as is_active,
    false as is_dismissed
from (select distinct plans.employee_id from fact_plan as plans) as planned
inner join dim_department as departments
    on departments.department_id = 0
left join dim_employee as employees
    on employees.employee_id = planned.employee_id
where employees.employee_id is null;

-- One row a funnel, likewise.
create or replace view plan_funnel as
select
    funnels.funnel_id, funnels.funnel, funnels.funnel_sort
from dim_funnel as funnels
union all
select
    planned.funnel_id,
    concat('Воронка ', planned.funnel_id) as funnel,
    cast(null as bigint) as funnel_sort
from (select distinct plans.funnel_id from fact_plan as plans) as planned
left join dim_funnel as funnels
    on funnels.funnel_id = planned.funnel_id
where funnels.funnel_id is null;
