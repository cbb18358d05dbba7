-- The overview: what is worth a look. A view for each sentence; it has a row where the sentence is true and worth it,
-- with the figures the block behind it shows under the sentence's filters. concern is the part of the whole (0 … 1) the
-- sentence is about: it says how weighty it is among the others.

-- Grain: employee, at most one. Question: who has fallen most behind the plan to date of the month of as_of? By a fifth of
-- it at least, once five working days of the month have come, and where the period touches that month.
create or replace view overview_plan_behind as
with pace as (
    select
        rows_of.*,
        sum(rows_of.plan_to_date) over () as all_to_date
    from plan_pace_rows as rows_of
),

laggards as (
    select
        pace.employee_id, pace.employee, pace.month, pace.come_days, pace.all_to_date,
        unnest(pace_figures(plan_sum, fact_sum, plan_to_date))
    from pace
    where pace.plan_sum <> 0 or pace.won_count > 0
),

placed as (
    select
        laggards.*,
        row_number() over (order by laggards.pace_gap, laggards.employee_id) as place
    from laggards
    where laggards.pace_gap < 0
)

select
    placed.employee_id, placed.employee, placed.plan_sum, placed.fact_sum, placed.plan_to_date,
    placed.completion_to_date,
    -placed.pace_gap as behind_sum,
    ratio(-placed.pace_gap, placed.all_to_date) as concern
from placed
inner join plan_months as months
    on months.month = placed.month
where
    placed.place = 1
    and placed.completion_to_date <= 0.8
    and placed.come_days >= 5;

-- Grain: source, at most one. Question: which source fell most against the previous period, like with like? By ten leads
-- and by a fifth at least. Where the page of marketing has no leads to show, there is none.
create or replace view overview_source_fall as
with counted as (
    select
        leads.source_id,
        unnest(received_by_part(part))
    from received_lead as leads
    group by leads.source_id
),

fallen as (
    select
        counted.source_id, counted.received, counted.previous_received,
        counted.previous_received - counted.received as lost,
        sum(counted.previous_received) over () as all_before,
        row_number() over (
            order by counted.previous_received - counted.received desc, counted.source_id
        ) as place
    from counted
)

select
    fallen.source_id, sources.source, fallen.received, fallen.previous_received,
    relative_change(fallen.received, fallen.previous_received) as received_change,
    ratio(fallen.lost, cast(fallen.all_before as double)) as concern
from fallen
inner join dim_source as sources
    on sources.source_id = fallen.source_id
cross join lead_availability as available
where
    fallen.place = 1
    and fallen.lost >= 10
    and fallen.lost * 5 >= fallen.previous_received
    and available.has_leads;

-- Grain: funnel × stage, at most one. Question: on which stage do deals spend most of their days? A fifth of all days at
-- least, in ten stays or more of a week on average.
create or replace view overview_slow_stage as
with held as (
    select
        stays.funnel_id, stays.stage_id,
        days_held(days) as days_held,
        unnest(stay_figures(days, is_open_stay))
    from period_deal_stay as stays
    group by stays.funnel_id, stays.stage_id
),

placed as (
    select
        held.funnel_id, held.stage_id, held.visits, held.avg_days,
        share_of_all(held.days_held) as days_share,
        row_number() over (order by held.days_held desc, held.funnel_id, held.stage_id) as place
    from held
    where held.days_held > 0
)

select
    placed.funnel_id, funnels.funnel, placed.stage_id, stages.stage, placed.days_share, placed.avg_days,
    placed.visits,
    placed.days_share as concern
from placed
inner join dim_funnel as funnels
    on funnels.funnel_id = placed.funnel_id
inner join dim_deal_stage as stages
    on
        stages.funnel_id = placed.funnel_id
        and stages.stage_id = placed.stage_id
where
    placed.place = 1
    and placed.days_share >= 0.2
    and placed.visits >= 10
    and placed.avg_days >= 7;

-- Grain: entity (lead, deal). Question: how many are forgotten, for how much? Three at least; of deals, for any money.
create or replace view overview_forgotten as
select
    summary.entity, summary.forgotten_count, summary.forgotten_sum, summary.forgotten_share,
    summary.forgotten_share as concern
from forgotten_summary as summary
where
    summary.forgotten_count >= 3
    and (summary.entity = 'lead' or summary.forgotten_sum > 0);

-- Grain: employee, at most one. Question: who has most forgotten leads and deals? Ten at least, a quarter of what came to
-- them, and not the only one anything came to.
create or replace view overview_forgetful as
with ranked as (
    select
        people.*,
        people.leads_forgotten + people.deals_forgotten as forgotten,
        people.leads_created + people.deals_created as created,
        count(*) over () as others,
        sum(people.leads_forgotten + people.deals_forgotten) over () as all_forgotten,
        row_number() over (
            order by
                people.leads_forgotten + people.deals_forgotten desc, people.deals_sum desc, people.employee_id
        ) as place
    from forgotten_by_employee as people
)

select
    ranked.employee_id, ranked.employee, ranked.leads_created, ranked.leads_forgotten, ranked.deals_created,
    ranked.deals_forgotten, ranked.deals_sum,
    ratio(ranked.forgotten, cast(ranked.all_forgotten as double)) as concern
from ranked
where
    ranked.place = 1
    and ranked.others > 1
    and ranked.forgotten >= 10
    and ranked.forgotten * 4 >= ranked.created;

-- Grain: entity (lead, deal). Question: for how many of those created in the period and still in work is nothing planned?
-- Five at least, and a tenth of those created.
create or replace view overview_unplanned as
with opened as (
    select
        'lead' as entity,
        leads.is_open and leads.open_activities = 0 as is_unplanned
    from period_lead as leads
    cross join lead_availability as available
    where
        leads.part = 'current'
        and leads.is_received
        and available.has_leads
    union all
    select
        'deal' as entity,
        deals.is_open and deals.open_activities = 0 as is_unplanned
    from period_deal as deals
    where deals.part = 'current' and deals.is_created
),

counted as (
    select
        opened.entity,
        count(*) as created_count,
        count(*) filter (where opened.is_unplanned) as unplanned_count
    from opened
    group by opened.entity
)

select
    counted.entity, counted.created_count, counted.unplanned_count,
    ratio(counted.unplanned_count, counted.created_count) as concern
from counted
where
    counted.unplanned_count >= 5
    and counted.unplanned_count * 10 >= counted.created_count;

-- Grain: employee, at most one. Question: who of those without a single activity in the period has most in work? Only
-- once five working days of it have come: a day off makes nobody idle.
create or replace view overview_idle as
with come as (
    select count(*) as working_days
    from calendar
    where in_period(calendar.day) and calendar.is_come and calendar.is_working
),

company as (
    select
        people.employee_id, people.activities, people.leads_in_work, people.in_work_count, people.in_work_sum,
        count(*) over () as people
    from manager_company as people
    where people.is_active_row
),

ranked as (
    select
        idle.*,
        count(*) over () as idle_count,
        row_number() over (
            order by idle.in_work_sum desc, idle.in_work_count desc, idle.leads_in_work desc, idle.employee_id
        ) as place
    from company as idle
    where
        idle.activities = 0
        and idle.leads_in_work + idle.in_work_count > 0
        and is_of_people_picked(idle.employee_id)
)

select
    ranked.employee_id, employees.employee, ranked.leads_in_work, ranked.in_work_count, ranked.in_work_sum,
    ratio(ranked.idle_count, cast(ranked.people as double)) as concern
from ranked
inner join dim_employee as employees
    on employees.employee_id = ranked.employee_id
cross join come
where
    ranked.place = 1
    and come.working_days >= 5;
