-- Work added up by day, which is what most questions of it ask: one row a day × employee × funnel of the deal it stands
-- with (null: with none that is here). Ordered by day, so that a period reads its own rows alone.
create or replace table fact_work_day as
with by_kind as (
    select
        work.day, work.employee_id, deals.funnel_id, work.kind,
        count(*) as done,
        total_sum(work.seconds) as seconds,
        total_sum(work.points) as points
    from fact_activity as work
    left join fact_deal as deals
        on
            work.owner_type = 'deal'
            and deals.deal_id = work.owner_id
    group by work.day, work.employee_id, deals.funnel_id, work.kind
),

by_day as (
    select
        by_kind.day, by_kind.employee_id, by_kind.funnel_id,
        unnest(client_work(kind, done)),
        unnest(other_work(kind, done)),
        unnest(all_work(done, seconds, points))
    from by_kind
    group by by_kind.day, by_kind.employee_id, by_kind.funnel_id
)

select
    by_day.* replace (cast(by_day.points as decimal(18, 4)) as points)
from by_day
order by by_day.day, by_day.employee_id, by_day.funnel_id;
