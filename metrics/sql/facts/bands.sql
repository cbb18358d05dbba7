-- The fixed rows of the reports that show every one of them, zeros too, in the order they are read.
create or replace table dim_duration_band as
select bands.duration_band, bands.band_sort
from (
    values ('0-7', 1), ('8-30', 2), ('31-90', 3), ('91-180', 4), ('181+', 5)
) as bands (duration_band, band_sort);

create or replace table dim_deal_state as
select states.state, states.state_sort
from (
    values ('in_work', 1), ('won', 2), ('lost', 3)
) as states (state, state_sort);

create or replace table dim_lead_state as
select states.state, states.state_sort
from (
    values ('new', 1), ('in_work', 2), ('qualified', 3), ('junk', 4)
) as states (state, state_sort);
