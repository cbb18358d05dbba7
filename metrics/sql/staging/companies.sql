-- One row a company with the place a deal takes from it.
create or replace table stg_companies as
select
    as_number(raw.id) as company_id,
    raw.title as company,
    as_mark(raw.address_country) as country,
    as_mark(raw.address_city) as city
from raw_companies as raw;
