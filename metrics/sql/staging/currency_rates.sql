-- One row a currency × day from which on a rate of it held, as pulls have seen it; the first one known holds before, too.
-- Rates that were seen while another currency was the base are prices in that one: they say nothing here.
create or replace table stg_currency_rates as
with told as (
    select
        trim(raw.currency) as currency,
        as_decimal(raw.amount) as rate,
        as_number(raw.amount_cnt) as rate_count,
        coalesce(as_flag(raw.base), false) as is_base,
        cast(wall_clock(as_told_moment(raw.pulled_at)) as date) as seen_on,
        raw.pull_id
    from raw_currency_rates as raw
    where given(raw.currency) is not null
),

present_base as (
    select min(currencies.currency) as currency
    from stg_currencies as currencies
    where currencies.is_base
),

-- The last pull that saw the present base as no base; none: it has always been it.
other_base as (
    select max(told.pull_id) as last_pull
    from told
    inner join present_base
        on present_base.currency = told.currency
    where not told.is_base
),

-- The pull from which on rates are prices in the present base.
since as (
    select coalesce(min(told.pull_id), '') as pull_id
    from told
    inner join present_base
        on present_base.currency = told.currency
    cross join other_base
    where other_base.last_pull is not null and told.pull_id > other_base.last_pull
),

-- What was in force then, and what came later.
followed as (
    select
        told.*,
        lead(told.pull_id) over (partition by told.currency order by told.pull_id) as next_pull
    from told
),

standing as (
    select
        followed.currency, followed.rate, followed.rate_count, followed.pull_id,
        case
            when row_number() over (partition by followed.currency order by followed.pull_id) = 1 then date '0001-01-01'
            else followed.seen_on
        end as since_day
    from followed
    cross join since
    where followed.next_pull is null or followed.next_pull > since.pull_id
)

-- Of several rates of one day the last one is that of the day.
select distinct on (standing.currency, standing.since_day)
    standing.currency, standing.since_day, standing.rate, standing.rate_count
from standing
order by standing.currency, standing.since_day, standing.pull_id desc;
