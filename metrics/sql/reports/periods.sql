-- The period of the question, its buckets, and the earlier days that stand beside them: like with like.

-- Grain: part (current, previous). Question: which days does the period hold, and which the one before it?
-- Whole months have as many whole months before them; while they are not over, the same days moved back by as many
-- months. Any other period has as many days just before as have come by as_of's day. Nothing has come: no days (null).
create or replace view periods as
with picked as (
    select
        cast(getvariable('period_from') as date) as first_day,
        cast(getvariable('period_to') as date) as last_day
),

placed as (
    select
        picked.first_day, picked.last_day, clock.as_of_day,
        starts.day_number as first_number,
        starts.month_number as first_month,
        ends.month_number - starts.month_number + 1 as months,
        picked.first_day = starts.month_start and picked.last_day = ends.month_end as is_whole,
        case when clock.as_of_day < picked.last_day then clock.as_of_day else picked.last_day end as come_day
    from picked
    cross join clock
    inner join calendar as starts
        on starts.day = picked.first_day
    inner join calendar as ends
        on ends.day = picked.last_day
),

come as (
    select
        placed.*,
        days.month_number as come_month,
        days.month_day as come_month_day,
        days.day_number - placed.first_number + 1 as come_days
    from placed
    inner join calendar as days
        on days.day = placed.come_day
    where placed.come_day >= placed.first_day
),

whole_before as (
    select
        min(days.day) as first_day,
        max(days.day) as last_day
    from come
    inner join calendar as days
        on
            days.month_number >= come.first_month - come.months
            and days.month_number < come.first_month
    where
        come.is_whole
        and (
            come.come_day = come.last_day
            or days.month_number < come.come_month - come.months
            or (
                days.month_number = come.come_month - come.months
                and days.month_day <= come.come_month_day
            )
        )
),

days_before as (
    select
        min(days.day) as first_day,
        max(days.day) as last_day
    from come
    inner join calendar as days
        on
            days.day_number >= come.first_number - come.come_days
            and days.day_number < come.first_number
    where not come.is_whole
)

select
    'current' as part,
    picked.first_day, picked.last_day
from picked
union all
select
    'previous' as part,
    coalesce(whole_before.first_day, days_before.first_day) as first_day,
    coalesce(whole_before.last_day, days_before.last_day) as last_day
from whole_before
cross join days_before;

-- Grain: a day of the calendar. Question: which bucket (day, week, month, quarter or year by grain) does it lie in?
create or replace view bucket_days as
select
    calendar.day,
    case coalesce(cast(getvariable('grain') as varchar), 'month')
        when 'day' then calendar.day
        when 'week' then calendar.week_start
        when 'month' then calendar.month_start
        when 'quarter' then calendar.quarter_start
        when 'year' then calendar.year_start
    end as bucket
from calendar;

-- Grain: a bucket the period touches. Question: which days of the period does it hold?
create or replace view buckets as
select
    days.bucket,
    min(days.day) as first_day,
    max(days.day) as last_day
from bucket_days as days
where in_period(days.day)
group by days.bucket;

-- Grain: bucket × part (previous, year_ago). Question: which earlier days stand beside the bucket's? Its days inside
-- the period and not after as_of's day, moved back by one bucket or one year: the ends alone move, and a whole bucket
-- becomes the whole earlier one. A bucket wholly after as_of has none.
create or replace view bucket_comparisons as
with come as (
    select
        buckets.bucket, buckets.first_day,
        case when clock.as_of_day < buckets.last_day then clock.as_of_day else buckets.last_day end as come_day,
        coalesce(cast(getvariable('grain') as varchar), 'month') as grain
    from buckets
    cross join clock
    where clock.as_of_day >= buckets.first_day
),

ends as (
    select
        come.bucket, come.grain, starts.day_before,
        case come.grain
            when 'day' then starts.day_before
            when 'week' then starts.week_before
            when 'month' then starts.month_before
            when 'quarter' then starts.quarter_before
            when 'year' then starts.year_before
        end as previous_first,
        case come.grain
            when 'day' then lasts.day_before
            when 'week' then lasts.week_before
            when 'month' then lasts.month_before
            when 'quarter' then lasts.quarter_before
            when 'year' then lasts.year_before
        end as previous_last,
        starts.year_before as year_ago_first,
        lasts.year_before as year_ago_last,
        come.first_day = come.bucket and come.come_day = case come.grain
            when 'day' then starts.day
            when 'week' then starts.week_end
            when 'month' then starts.month_end
            when 'quarter' then starts.quarter_end
            when 'year' then starts.year_end
        end as is_whole
    from come
    inner join calendar as starts
        on starts.day = come.first_day
    inner join calendar as lasts
        on lasts.day = come.come_day
)

select
    ends.bucket,
    'previous' as part,
    ends.previous_first as first_day,
    case when ends.is_whole then ends.day_before else ends.previous_last end as last_day
from ends
union all
select
    ends.bucket,
    'year_ago' as part,
    ends.year_ago_first as first_day,
    case
        when ends.is_whole and ends.grain = 'month' then earlier.month_end
        when ends.is_whole and ends.grain = 'quarter' then earlier.quarter_end
        when ends.is_whole and ends.grain = 'year' then earlier.year_end
        else ends.year_ago_last
    end as last_day
from ends
inner join calendar as earlier
    on earlier.day = ends.year_ago_first;
