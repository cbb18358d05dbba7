-- The moment the data speak of, one row: absolute and on the portal's clock.
create or replace table clock as
select
    as_moment(build_settings.as_of) as as_of_moment,
    wall_clock(as_moment(build_settings.as_of)) as as_of_at,
    cast(wall_clock(as_moment(build_settings.as_of)) as date) as as_of_day
from build_settings;
