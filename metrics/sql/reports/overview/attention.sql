-- Grain: kind of sentence, at most seven. Question: what should be looked at first? By weight: how much the matter means
-- (money first, then people, then order) times the part of the whole it concerns; ties by kind.
create or replace view overview_attention as
with matters as (
    select
        'plan_behind' as kind,
        4.0 * found.concern as weight
    from overview_plan_behind as found
    union all
    select
        'source_fall' as kind,
        3.0 * found.concern as weight
    from overview_source_fall as found
    union all
    select
        'slow_stage' as kind,
        1.0 * found.concern as weight
    from overview_slow_stage as found
    union all
    select
        concat('forgotten_', found.entity) as kind,
        case found.entity when 'deal' then 4.0 else 2.0 end * found.concern as weight
    from overview_forgotten as found
    union all
    select
        'forgetful' as kind,
        2.0 * found.concern as weight
    from overview_forgetful as found
    union all
    select
        concat('unplanned_', found.entity) as kind,
        1.5 * found.concern as weight
    from overview_unplanned as found
    union all
    select
        'idle' as kind,
        3.0 * found.concern as weight
    from overview_idle as found
),

placed as (
    select
        matters.kind, matters.weight,
        row_number() over (order by matters.weight desc, matters.kind) as place
    from matters
)

select
    placed.kind,
    cast(placed.weight as double) as weight,
    placed.place
from placed
where placed.place <= 7;
