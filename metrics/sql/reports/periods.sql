-- The period of the question, its buckets, and the earlier days that stand beside them: like with like.

-- Grain: one row. Question: which days stand before the period's? Whole months have as many whole months before them;
-- while they are not over, the same days moved back by as many months. Any other period has as many days just before as
-- have come by as_of's day. Nothing has come: no days (null).
create or replace view previous_days as
with placed as (
    select
        min(days.day_number) as first_number,
        min(days.month_number) as first_month,
        max(days.month_number) - min(days.month_number) + 1 as months,
        min(days.day) = min(days.month_start) and max(days.day) = max(days.month_end) as is_whole,
        count(*) filter (where days.is_come) as come_days,
        count(*) = count(*) filter (where days.is_come) as is_over,
        max(days.month_number) filter (where days.is_come) as come_month,
        max(days.day_number) filter (where days.is_come) as come_number,
        max(days.day_number - days.month_day) filter (where days.is_come) as come_month_before
    from calendar as days
    where in_period(days.day)
),

numbered as (
    select
        case when placed.is_whole then firsts.number_before + 1 else placed.first_number - placed.come_days end
            as first_number,
        case
            when placed.is_whole and not placed.is_over
                then
                    lasts.number_before
                    + least(placed.come_number - placed.come_month_before, lasts.month_days)
            else placed.first_number - 1
        end as last_number
    from placed
    left join calendar_month as firsts
        on firsts.month_number = placed.first_month - placed.months
    left join calendar_month as lasts
        on lasts.month_number = placed.come_month - placed.months
    where placed.come_days > 0
)

select
    max(case when numbered.last_number >= 0 then day_of_number(greatest(coalesce(numbered.first_number, 0), 0)) end)
        as first_day,
    max(case when numbered.last_number >= 0 then day_of_number(numbered.last_number) end) as last_day
from numbered;

-- Grain: part (current, previous). Question: which days does the period hold, and which the one before it?
create or replace view periods as
select
    'current' as part,
    cast(getvariable('period_from') as date) as first_day,
    cast(getvariable('period_to') as date) as last_day
union all
select
    'previous' as part,
    earlier.first_day, earlier.last_day
from previous_days as earlier;

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
with days as (
    select
        calendar.*,
        coalesce(cast(getvariable('grain') as varchar), 'month') as grain
    from calendar
    where in_period(calendar.day) and calendar.is_come
),

placed as (
    select
        days.*,
        case days.grain
            when 'day' then days.day
            when 'week' then days.week_start
            when 'month' then days.month_start
            when 'quarter' then days.quarter_start
            when 'year' then days.year_start
        end as bucket,
        case days.grain
            when 'day' then days.day
            when 'week' then days.week_end
            when 'month' then days.month_end
            when 'quarter' then days.quarter_end
            when 'year' then days.year_end
        end as bucket_end,
        case days.grain
            when 'day' then days.day_before
            when 'week' then days.week_before
            when 'month' then days.month_before
            when 'quarter' then days.quarter_before
            when 'year' then days.year_before
        end as earlier_day
    from days
),

ends as (
    select
        placed.bucket,
        min(placed.day) = placed.bucket and max(placed.day) = max(placed.bucket_end) as is_whole,
        min(placed.day_before) as day_before,
        min(placed.earlier_day) as previous_first,
        max(placed.earlier_day) as previous_last,
        min(placed.year_before) as year_ago_first,
        max(placed.year_before) as year_ago_last,
        max(case when placed.grain = 'month' then placed.year_before_month_end end) as year_ago_end
    from placed
    group by placed.bucket
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
    case when ends.is_whole then coalesce(ends.year_ago_end, ends.year_ago_last) else ends.year_ago_last end as last_day
from ends;
