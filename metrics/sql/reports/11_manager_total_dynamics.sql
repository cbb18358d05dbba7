-- Grain: bucket, dense over the period. Question: how do the activity and the results of the people picked move
-- together? Means are of all their deals, not of their means.
create or replace view manager_total_dynamics as
with work as (
    select
        dynamics.bucket,
        sum(dynamics.meetings) as meetings,
        sum(dynamics.calls) as calls,
        sum(dynamics.emails) as emails,
        sum(dynamics.tasks) as tasks,
        sum(dynamics.comments) as comments,
        sum(dynamics.other) as other,
        sum(dynamics.activities) as activities,
        sum(dynamics.call_minutes) as call_minutes,
        sum(dynamics.points) as points
    from manager_activity_dynamics as dynamics
    group by dynamics.bucket
),

deals as (
    select
        dynamics.bucket,
        sum(dynamics.won_count) as won_count,
        sum(dynamics.won_sum) as won_sum,
        sum(dynamics.lost_count) as lost_count,
        sum(dynamics.lost_sum) as lost_sum,
        sum(dynamics.avg_cycle_days * dynamics.won_count) as cycle_days
    from manager_results_dynamics as dynamics
    group by dynamics.bucket
)

select
    buckets.bucket,
    cast(coalesce(work.meetings, 0) as bigint) as meetings,
    cast(coalesce(work.calls, 0) as bigint) as calls,
    cast(coalesce(work.emails, 0) as bigint) as emails,
    cast(coalesce(work.tasks, 0) as bigint) as tasks,
    cast(coalesce(work.comments, 0) as bigint) as comments,
    cast(coalesce(work.other, 0) as bigint) as other,
    cast(coalesce(work.activities, 0) as bigint) as activities,
    coalesce(work.call_minutes, 0) as call_minutes,
    coalesce(work.points, 0) as points,
    cast(coalesce(deals.won_count, 0) as bigint) as won_count,
    coalesce(deals.won_sum, 0) as won_sum,
    deals.won_sum / nullif(cast(deals.won_count as bigint), 0) as avg_check,
    cast(deals.won_count as bigint) / nullif(cast(deals.won_count + deals.lost_count as bigint), 0) as conversion,
    deals.cycle_days / nullif(cast(deals.won_count as bigint), 0) as avg_cycle_days,
    cast(coalesce(deals.lost_count, 0) as bigint) as lost_count,
    coalesce(deals.lost_sum, 0) as lost_sum
from buckets
left join work
    on buckets.bucket = work.bucket
left join deals
    on buckets.bucket = deals.bucket;
