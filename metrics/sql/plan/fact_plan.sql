-- From the plan's rows as text (raw_plan, in the order they were given) to fact_plan, which is empty. One row a month ×
-- employee × funnel: of two rows of one key amounts and counts add up, and the steps are those of the first that has
-- any. Run by metrics/warehouse/plan_table.py, of a warehouse that is built and of a plan nobody has saved yet alike.
insert into fact_plan
with typed as (
    select
        plans.position,
        cast(date_trunc('month', try_cast(plans.month as date)) as date) as month,
        try_cast(plans.employee_id as bigint) as employee_id,
        try_cast(plans.funnel_id as bigint) as funnel_id,
        try_cast(round(try_cast(plans.plan_sum as decimal(38, 8)), 2) as decimal(18, 2)) as plan_sum,
        try_cast(plans.plan_count as bigint) as plan_count,
        try_cast(plans.step1_count as bigint) as step1_count,
        try_cast(round(try_cast(plans.step1_bonus as decimal(38, 8)), 2) as decimal(18, 2)) as step1_bonus,
        try_cast(plans.step2_count as bigint) as step2_count,
        try_cast(round(try_cast(plans.step2_bonus as decimal(38, 8)), 2) as decimal(18, 2)) as step2_bonus,
        try_cast(plans.step3_count as bigint) as step3_count,
        try_cast(round(try_cast(plans.step3_bonus as decimal(38, 8)), 2) as decimal(18, 2)) as step3_bonus
    from raw_plan as plans
),

amounts as (
    select
        typed.month,
        typed.employee_id,
        typed.funnel_id,
        try_cast(sum(typed.plan_sum) as decimal(18, 2)) as plan_sum,
        try_cast(sum(typed.plan_count) as bigint) as plan_count
    from typed
    where typed.month is not null and typed.employee_id is not null and typed.funnel_id is not null
    group by typed.month, typed.employee_id, typed.funnel_id
),

steps as (
    select typed.*
    from typed
    where coalesce(typed.step1_count, typed.step2_count, typed.step3_count) is not null
    qualify row_number() over (
        partition by typed.month, typed.employee_id, typed.funnel_id order by typed.position
    ) = 1
)

select
    amounts.month,
    amounts.employee_id,
    amounts.funnel_id,
    amounts.plan_sum,
    amounts.plan_count,
    steps.step1_count,
    steps.step1_bonus,
    steps.step2_count,
    steps.step2_bonus,
    steps.step3_count,
    steps.step3_bonus
from amounts
left join steps
    on
        steps.month = amounts.month
        and steps.employee_id = amounts.employee_id
        and steps.funnel_id = amounts.funnel_id
order by amounts.month, amounts.employee_id, amounts.funnel_id;
