-- Marketing: the five sources that bring most, day by day and against earlier days.

-- Grain: source that belongs to one of the shown groups. Question: which five sources brought most leads in the period
-- (ties by source_id), and is there a sixth group of all others?
create or replace view lead_source_group as
with counted as (
    select
        leads.source_id,
        count(*) as received
    from scope_lead as leads
    where in_period(leads.created_on)
    group by leads.source_id
),

ranked as (
    select
        counted.source_id,
        row_number() over (order by counted.received desc, counted.source_id) as place
    from counted
),

total as (
    select count(*) as sources
    from counted
)

select
    sources.source_id,
    case when ranked.place <= 5 then sources.source_id else '*' end as group_id,
    case when ranked.place <= 5 then sources.source else 'Остальные' end as group_name
from dim_source as sources
cross join total
left join ranked
    on ranked.source_id = sources.source_id
where
    ranked.place <= 5
    or total.sources > 5;

-- Grain: day × source of the five and the rest, dense by day. Question: how many leads come from them day by day?
create or replace view lead_top_sources_dynamics as
with counted as (
    select
        leads.created_on as day,
        groups.group_id,
        count(*) as received
    from scope_lead as leads
    inner join lead_source_group as groups
        on groups.source_id = leads.source_id
    where in_period(leads.created_on)
    group by leads.created_on, groups.group_id
),

present as (
    select distinct groups.group_id, groups.group_name
    from lead_source_group as groups
)

select
    calendar.day,
    present.group_id as source_id,
    present.group_name as source,
    coalesce(counted.received, 0) as received
from calendar
cross join present
left join counted
    on
        counted.day = calendar.day
        and counted.group_id = present.group_id
where in_period(calendar.day);

-- Grain: source of the five and the rest. Question: how many leads more or fewer than in the previous period?
create or replace view lead_source_delta as
with counted as (
    select
        groups.group_id, groups.group_name,
        unnest(received_by_part(part))
    from lead_source_group as groups
    inner join received_lead as leads
        on leads.source_id = groups.source_id
    group by groups.group_id, groups.group_name
)

select
    counted.group_id as source_id,
    counted.group_name as source,
    counted.received, counted.previous_received,
    counted.received - counted.previous_received as delta
from counted;

-- Grain: bucket × source of the five and the rest, where either figure is not 0. Question: how many leads more or fewer
-- than in the bucket before, like with like, even outside the period?
create or replace view lead_source_change as
with by_day as (
    select
        leads.created_on as day,
        groups.group_id, groups.group_name,
        count(*) as received
    from scope_lead as leads
    inner join lead_source_group as groups
        on groups.source_id = leads.source_id
    group by leads.created_on, groups.group_id, groups.group_name
),

counted as (
    select
        days.bucket, by_day.group_id, by_day.group_name, by_day.received,
        0 as previous_received
    from by_day
    inner join bucket_days as days
        on days.day = by_day.day
    where in_period(by_day.day)
    union all
    select
        earlier.bucket, by_day.group_id, by_day.group_name,
        0 as received,
        by_day.received as previous_received
    from by_day
    inner join bucket_comparisons as earlier
        on
            by_day.day >= earlier.first_day
            and by_day.day <= earlier.last_day
    where earlier.part = 'previous'
)

select
    counted.bucket,
    counted.group_id as source_id,
    counted.group_name as source,
    total_count(counted.received) as received,
    total_count(counted.previous_received) as previous_received,
    total_count(counted.received - counted.previous_received) as delta
from counted
group by counted.bucket, counted.group_id, counted.group_name;
