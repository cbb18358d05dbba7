-- How the text a portal sends becomes typed. Every cast of the staging goes through one of these macros, so that
-- "nothing" ("" / null / false / [] / 0000-00-00) means nothing everywhere and a text that does not fit becomes null
-- (and is counted by failed_cast_checks), never an error.

-- The zone is a variable of the building connection: a constant zone converts ten times faster than a column.
set variable portal_timezone = (select build_settings.timezone from build_settings);

-- The last day that a date can be meant to be: 20 years after the day the data speak of, on the portal's clock.
set variable last_meant_day = (
    select
        cast(
            cast(build_settings.as_of as timestamptz) at time zone build_settings.timezone + interval 20 year as date
        )
    from build_settings
);

-- The text itself, or null where it says that there is no value.
create or replace macro given(raw_text) as
case
    when trim(raw_text) in ('', 'null', 'false', '[]', '{}') then null
    when starts_with(trim(raw_text), '0000-00-00') then null
    else trim(raw_text)
end;

-- A whole number: an id, a sort order, seconds. What says "nothing" is no number, so nothing needs to be asked first.
create or replace macro as_number(raw_text) as try_cast(raw_text as bigint);

-- The id of a linked record; 0 = none ("0" and "" are both "none" on the wire).
create or replace macro as_link(raw_text) as coalesce(try_cast(raw_text as bigint), 0);

-- A moment in absolute time, as it is told. Bitrix24 sends an offset; a text without one is meant in the portal's own
-- zone. The form is asked first: 'infinity' is a moment to the engine.
create or replace macro as_told_moment(raw_text) as
case
    when raw_text not like '____-__-__%' then null
    when length(raw_text) > 19 then try_cast(raw_text as timestamptz)
    else try_cast(raw_text as timestamp) at time zone cast(getvariable('portal_timezone') as varchar)
end;

-- The portal's wall clock at a moment; days are the days of this clock.
create or replace macro wall_clock(moment) as
moment at time zone cast(getvariable('portal_timezone') as varchar);

-- The calendar date written in the text's first ten characters, without a shift of zones, as it is told.
create or replace macro as_told_day(raw_text) as
case when raw_text like '____-__-__%' then try_cast(substr(raw_text, 1, 10) as date) end;

-- Whether a day can be one of a lead, a deal or a piece of work: 0001-01-01 and 9999-12-31 stand where a program had to
-- write something, and one of them would stretch "all the time" over centuries.
create or replace macro is_meant_day(day) as
day >= date '1995-01-01' and day <= cast(getvariable('last_meant_day') as date);

-- What happened, will happen or was written on such a day; a moment or day that cannot be meant is null, as if nothing
-- were told, and is counted by failed_cast_checks. What people keep in fields of their own (a birthday) is not asked.
create or replace macro as_moment(raw_text) as
case when is_meant_day(cast(wall_clock(as_told_moment(raw_text)) as date)) then as_told_moment(raw_text) end;

create or replace macro as_written_day(raw_text) as
case when is_meant_day(as_told_day(raw_text)) then as_told_day(raw_text) end;

-- A decimal number wide enough for every amount that can be meant.
create or replace macro as_decimal(raw_text) as try_cast(raw_text as decimal(38, 8));

-- Y/N, true/false and 1/0 are all in use.
create or replace macro as_flag(raw_text) as lower(trim(raw_text)) in ('y', 'true', '1');

-- A mark that people type or paste: compared after trimming, tabs and line ends too, case kept; '' = none.
create or replace macro as_mark(raw_text) as
coalesce(trim(trim(raw_text), concat(' ', chr(9), chr(10), chr(13))), '');

-- A deal stage's id carries its funnel (C7:WON) but in the default one; where the prefix is missing it is added, so
-- that the dictionary, the deals and the history speak of one stage by one id (stg_deal_stage_ids).
create or replace macro as_deal_stage(funnel_id, raw_text) as
case
    when coalesce(funnel_id, 0) = 0 or as_mark(raw_text) = '' then as_mark(raw_text)
    when regexp_matches(as_mark(raw_text), '^C[0-9]+:') then as_mark(raw_text)
    else concat('C', funnel_id, ':', as_mark(raw_text))
end;

-- An amount in the base currency: amount × rate ÷ rate_count, half up to two places, in whole numbers throughout
-- (decimal ÷ decimal would be a DOUBLE). Without a usable rate 1:1. Null where the result does not fit decimal(18, 2).
create or replace macro in_base_currency(amount, rate, rate_count) as
case
    when abs(cast(amount as double)) >= 1e20 then null
    when rate is null or rate_count is null or rate <= 0 or rate_count <= 0
        then try_cast(round(amount, 2) as decimal(18, 2))
    when abs(cast(amount as double)) * rate / rate_count >= 1.1e16 then null
    when abs(cast(amount as double)) * rate >= 1e21 or rate_count >= 1e7 then null
    else try(try_cast(
        cast(sign(amount) as bigint) * cast(
            (
                2 * cast(abs(amount) * 1000000 as hugeint) * cast(rate * 100000000 as hugeint)
                + cast(rate_count as hugeint) * 1000000000000
            )
            // (2 * cast(rate_count as hugeint) * 1000000000000)
            as decimal(38, 0)
        )
        * cast(0.01 as decimal(3, 2))
        as decimal(18, 2)
    ))
end;
