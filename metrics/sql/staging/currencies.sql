-- One row a currency: the base currency's price of rate_count units of it.
create or replace table stg_currencies as
select
    trim(raw.currency) as currency,
    as_decimal(raw.amount) as rate,
    as_number(raw.amount_cnt) as rate_count,
    as_flag(raw.base) as is_base
from raw_currencies as raw
where given(raw.currency) is not null;
