-- What was done and what is planned.

-- One row a completed piece of work, comments included; what the client did is not here. Seconds are those on the
-- line: of its telephony records if it has any, else from start to end.
create or replace table fact_activity as
with talk as (
    select
        calls.activity_id,
        sum(greatest(calls.seconds, 0)) as seconds
    from stg_calls as calls
    where calls.activity_id > 0 and calls.seconds is not null
    group by calls.activity_id
),

work as (
    select
        activities.activity_id, activities.kind, activities.employee_id, activities.owner_type, activities.owner_id,
        activities.done_moment,
        case
            when activities.kind = 'call'
                then
                    coalesce(
                        cast(talk.seconds as double),
                        greatest(epoch(activities.end_moment) - epoch(activities.start_moment), 0),
                        0
                    )
            else 0
        end as seconds
    from stg_activities as activities
    left join talk
        on talk.activity_id = activities.activity_id
    where
        activities.activity_id is not null
        and activities.is_completed
        and not activities.is_web_form
        and (activities.kind = 'call' or not activities.is_incoming)
    union all
    select
        comments.comment_id,
        'comment' as kind,
        comments.employee_id, comments.owner_type, comments.owner_id, comments.done_moment,
        0 as seconds
    from stg_comments as comments
    cross join build_settings
    where comments.comment_id is not null and build_settings.comments
)

select
    cast(wall_clock(work.done_moment) as date) as day,
    work.employee_id, work.kind, work.owner_type,
    case when work.owner_type is not null then work.owner_id end as owner_id,
    work.seconds,
    case work.kind
        when 'meeting' then build_settings.weight_meeting
        when 'call' then build_settings.weight_call
        when 'email' then build_settings.weight_email
        when 'task' then build_settings.weight_task
        when 'comment' then build_settings.weight_comment
        else build_settings.weight_other
    end as points,
    work.done_moment
from work
cross join build_settings
order by day, work.employee_id, work.kind, work.activity_id;

-- One row a lead or deal with work done: when the last of it was.
create or replace table stg_last_work as
select
    work.owner_type, work.owner_id,
    max(work.done_moment) as last_moment
from fact_activity as work
where work.owner_type is not null
group by work.owner_type, work.owner_id;

-- One row a lead or deal with open activities: how many stand with it by ownership or binding, each once, the
-- earliest deadline of them, and whether one is past.
create or replace table stg_open_activities as
with standing as (
    select
        activities.activity_id, activities.owner_type, activities.owner_id
    from stg_activities as activities
    where activities.owner_type is not null and not activities.is_completed
    union
    select
        bindings.activity_id, bindings.owner_type, bindings.owner_id
    from stg_activity_bindings as bindings
    where bindings.owner_type is not null
)

select
    standing.owner_type, standing.owner_id,
    count(*) as open_activities,
    min(activities.deadline_moment) as next_deadline_moment,
    coalesce(bool_or(activities.deadline_moment < clock.as_of_moment), false) as has_overdue
from standing
inner join stg_activities as activities
    on
        activities.activity_id = standing.activity_id
        and not activities.is_completed
cross join clock
group by standing.owner_type, standing.owner_id;
