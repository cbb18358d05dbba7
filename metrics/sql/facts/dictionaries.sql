-- Funnels, sources and stages, those the dictionaries lack included.

-- One row a funnel that a dictionary, a deal or a stay on a stage knows.
create or replace table dim_funnel as
with ids as (
    select funnels.funnel_id from stg_funnels as funnels where funnels.funnel_id is not null
    union
    select deals.funnel_id from stg_deals as deals where not deals.is_template
    union
    select entries.funnel_id from stg_deal_stage_history as entries
    union
    select statuses.funnel_id from stg_statuses as statuses where statuses.funnel_id is not null
)

select
    ids.funnel_id,
    coalesce(funnels.funnel_name, concat('Воронка ', ids.funnel_id)) as funnel,
    funnels.funnel_sort,
    funnels.funnel_id is not null as in_dictionary
from ids
left join stg_funnels as funnels
    on funnels.funnel_id = ids.funnel_id
order by ids.funnel_id;

-- One row a source; '' = none.
create or replace table dim_source as
with ids as (
    select statuses.status_id as source_id from stg_statuses as statuses where statuses.entity_id = 'SOURCE'
    union
    select leads.source_id from stg_leads as leads
    union
    select deals.source_id from stg_deals as deals
    union
    select '' as source_id
),

named as (
    select
        statuses.status_id as source_id,
        statuses.status_name as source,
        statuses.status_sort as source_sort
    from stg_statuses as statuses
    where statuses.entity_id = 'SOURCE'
    qualify row_number() over (partition by statuses.status_id order by statuses.status_row_id) = 1
)

select
    ids.source_id,
    case when ids.source_id = '' then 'Без источника' else coalesce(named.source, ids.source_id) end as source,
    named.source_sort
from ids
left join named
    on named.source_id = ids.source_id
order by ids.source_id;

-- One row a lead status. The state of one the dictionary lacks is told by the rows that stand or stood on it, those
-- standing on it now first.
create or replace table dim_lead_stage as
with documented as (
    select
        statuses.status_id as stage_id,
        statuses.status_name as stage,
        statuses.status_sort as stage_sort,
        statuses.semantics, statuses.status_row_id
    from stg_statuses as statuses
    where statuses.entity_id = 'STATUS' and statuses.status_id <> ''
    qualify row_number() over (partition by statuses.status_id order by statuses.status_row_id) = 1
),

first_of_work as (
    select documented.stage_id
    from documented
    where documented.semantics = 'P'
    qualify row_number() over (order by documented.stage_sort nulls last, documented.status_row_id) = 1
),

seen as (
    select leads.stage_id, coalesce(leads.semantics, 'P') as semantics, 1 as stands_now
    from stg_leads as leads
    union all
    select entries.stage_id, coalesce(entries.semantics, 'P') as semantics, 0 as stands_now
    from stg_lead_stage_history as entries
),

undocumented as (
    select
        seen.stage_id, seen.semantics
    from seen
    left join documented
        on documented.stage_id = seen.stage_id
    where documented.stage_id is null
    group by seen.stage_id, seen.semantics
    qualify row_number() over (
        partition by seen.stage_id order by max(seen.stands_now) desc, count(*) desc, seen.semantics
    ) = 1
)

select
    documented.stage_id,
    coalesce(documented.stage, documented.stage_id) as stage,
    documented.stage_sort,
    case
        when documented.semantics = 'S' then 'qualified'
        when documented.semantics = 'F' then 'junk'
        when first_of_work.stage_id is not null then 'new'
        else 'in_work'
    end as state,
    true as in_dictionary
from documented
left join first_of_work
    on first_of_work.stage_id = documented.stage_id
union all
select
    undocumented.stage_id,
    undocumented.stage_id as stage,
    cast(null as bigint) as stage_sort,
    case undocumented.semantics when 'S' then 'qualified' when 'F' then 'junk' else 'in_work' end as state,
    false as in_dictionary
from undocumented;

-- One row a funnel × stage, with the same rule for what the dictionary lacks.
create or replace table dim_deal_stage as
with documented as (
    select
        statuses.funnel_id,
        as_deal_stage(statuses.funnel_id, statuses.status_id) as stage_id,
        statuses.status_name as stage,
        statuses.status_sort as stage_sort,
        statuses.semantics, statuses.status_row_id
    from stg_statuses as statuses
    where statuses.funnel_id is not null and statuses.status_id <> ''
    qualify row_number() over (
        partition by statuses.funnel_id, as_deal_stage(statuses.funnel_id, statuses.status_id)
        order by statuses.status_row_id
    ) = 1
),

seen as (
    select deals.funnel_id, deals.stage_id, coalesce(deals.semantics, 'P') as semantics, 1 as stands_now
    from stg_deals as deals
    where not deals.is_template
    union all
    select entries.funnel_id, entries.stage_id, coalesce(entries.semantics, 'P') as semantics, 0 as stands_now
    from stg_deal_stage_history as entries
),

undocumented as (
    select
        seen.funnel_id, seen.stage_id, seen.semantics
    from seen
    left join documented
        on
            documented.funnel_id = seen.funnel_id
            and documented.stage_id = seen.stage_id
    where documented.stage_id is null
    group by seen.funnel_id, seen.stage_id, seen.semantics
    qualify row_number() over (
        partition by seen.funnel_id, seen.stage_id
        order by max(seen.stands_now) desc, count(*) desc, seen.semantics
    ) = 1
)

select
    documented.funnel_id, documented.stage_id,
    coalesce(documented.stage, documented.stage_id) as stage,
    documented.stage_sort,
    case documented.semantics when 'S' then 'won' when 'F' then 'lost' else 'in_work' end as state,
    true as in_dictionary
from documented
union all
select
    undocumented.funnel_id, undocumented.stage_id,
    undocumented.stage_id as stage,
    cast(null as bigint) as stage_sort,
    case undocumented.semantics when 'S' then 'won' when 'F' then 'lost' else 'in_work' end as state,
    false as in_dictionary
from undocumented;
