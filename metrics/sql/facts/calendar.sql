-- One row a day of 1990–2060: the numbers, ends and neighbours that views need, so that no view reckons with dates.
-- *_number count whole units, so that "n months before" is a subtraction; a day that an earlier month does not have is
-- its last one; a week starts on Monday. is_come: not after the day the data speak of. Each *_before and each end never
-- falls from one day to the next: of a range of days the least and the greatest are those of its ends.
create or replace table calendar as
with days as (
    select
        date '1990-01-01' + cast(numbers.day_index as integer) as day,
        numbers.day_index as day_number
    from range(0, 25933) as numbers (day_index)
),

parts as (
    select
        days.day, days.day_number,
        year(days.day) as year_number,
        year(days.day) * 4 + quarter(days.day) - 1 as quarter_number,
        year(days.day) * 12 + month(days.day) - 1 as month_number,
        days.day_number // 7 as week_number, -- 1990-01-01 was a Monday
        days.day_number % 7 as week_day,
        day(days.day) as month_day,
        cast(date_trunc('month', days.day) as date) as month_start,
        cast(date_trunc('quarter', days.day) as date) as quarter_start,
        cast(date_trunc('year', days.day) as date) as year_start
    from days
),

months as (
    select
        parts.month_number,
        max(parts.day) as month_end,
        max(parts.month_day) as month_days
    from parts
    group by parts.month_number
),

quarters as (
    select
        parts.quarter_number,
        max(parts.day) as quarter_end
    from parts
    group by parts.quarter_number
),

years as (
    select
        parts.year_number,
        max(parts.day) as year_end
    from parts
    group by parts.year_number
)

select
    parts.day,
    cast(parts.day_number as bigint) as day_number,
    cast(parts.week_number as bigint) as week_number,
    cast(parts.month_number as bigint) as month_number,
    cast(parts.quarter_number as bigint) as quarter_number,
    cast(parts.year_number as bigint) as year_number,
    cast(parts.week_day as integer) as week_day,
    cast(parts.month_day as integer) as month_day,
    cast(months.month_days as integer) as month_days,
    parts.day - cast(parts.week_day as integer) as week_start,
    parts.day - cast(parts.week_day as integer) + 6 as week_end,
    parts.month_start, months.month_end, parts.quarter_start, quarters.quarter_end, parts.year_start, years.year_end,
    parts.day - 1 as day_before,
    parts.day - 7 as week_before,
    month_ago.day as month_before,
    quarter_ago.day as quarter_before,
    year_ago.day as year_before,
    year_ago_months.month_end as year_before_month_end,
    parts.week_day < 5 and holidays.day is null as is_working,
    parts.day <= clock.as_of_day as is_come
from parts
cross join clock
inner join months
    on months.month_number = parts.month_number
inner join quarters
    on quarters.quarter_number = parts.quarter_number
inner join years
    on years.year_number = parts.year_number
left join (
    parts as month_ago
    inner join months as month_ago_ends
        on month_ago_ends.month_number = month_ago.month_number
)
    on
        month_ago.month_number = parts.month_number - 1
        and month_ago.month_day = least(parts.month_day, month_ago_ends.month_days)
left join (
    parts as quarter_ago
    inner join months as quarter_ago_ends
        on quarter_ago_ends.month_number = quarter_ago.month_number
)
    on
        quarter_ago.month_number = parts.month_number - 3
        and quarter_ago.month_day = least(parts.month_day, quarter_ago_ends.month_days)
left join (
    parts as year_ago
    inner join months as year_ago_ends
        on year_ago_ends.month_number = year_ago.month_number
)
    on
        year_ago.month_number = parts.month_number - 12
        and year_ago.month_day = least(parts.month_day, year_ago_ends.month_days)
left join months as year_ago_months
    on year_ago_months.month_number = year_ago.month_number
left join (select distinct holidays.day from holidays) as holidays
    on holidays.day = parts.day
order by parts.day;

-- One row a month: its number, the number of the day before its first one, and how many days it has.
create or replace table calendar_month as
select
    days.month_number,
    min(days.day_number) - 1 as number_before,
    max(days.month_days) as month_days
from calendar as days
group by days.month_number
order by days.month_number;
