-- Marketing: how far the leads received and the deals created came.

-- Grain: lead received in the period × stage it was ever on. Only where a filter asks what a lead is, it is looked up.
create or replace view period_lead_reach as
select reach.stage_id, reach.goes_further
from fact_lead_stage_reach as reach
where
    in_period(reach.created_on)
    and is_of_people_picked(reach.employee_id)
    and not asks_for_records()
union all
select reach.stage_id, reach.goes_further
from fact_lead_stage_reach as reach
inner join scope_lead as leads
    on leads.lead_id = reach.lead_id
where
    in_period(reach.created_on)
    and in_period(leads.created_on)
    and asks_for_records();

-- Grain: deal created in the period × stage of its funnel it was ever on.
create or replace view period_deal_reach as
select reach.funnel_id, reach.stage_id, reach.goes_further
from fact_deal_stage_reach as reach
where
    in_period(reach.created_on)
    and passes_id('funnels', reach.funnel_id)
    and is_of_people_picked(reach.employee_id)
    and not asks_for_records()
union all
select reach.funnel_id, reach.stage_id, reach.goes_further
from fact_deal_stage_reach as reach
inner join scope_deal as deals
    on deals.deal_id = reach.deal_id
where
    in_period(reach.created_on)
    and in_period(deals.created_on)
    and asks_for_records();

-- Grain: lead stage, every one of the dictionary, zeros too, and one without a row where a lead was on it. Question: how
-- many of the leads received were ever on the stage, how many came at least that far, how many skipped it? "That far":
-- on this stage or on one with a greater stage_sort among those that are not junk.
create or replace view lead_stage_conversion as
with received as (
    select leads.furthest_sort
    from period_lead as leads
    where leads.part = 'current' and leads.is_received
),

total as (
    select count(*) as lead_count
    from received
),

furthest as (
    select
        received.furthest_sort,
        count(*) as lead_count
    from received
    group by received.furthest_sort
),

-- Those that went further than the stage, whether they were on it or not.
further as (
    select
        stages.stage_id,
        sum(furthest.lead_count) as lead_count
    from dim_lead_stage as stages
    inner join furthest
        on furthest.furthest_sort > stages.stage_sort
    group by stages.stage_id
),

reached as (
    select
        reach.stage_id,
        count(*) as lead_count,
        went_further(reach.goes_further) as further_count
    from period_lead_reach as reach
    group by reach.stage_id
),

counted as (
    select
        stages.stage_id, stages.stage, stages.stage_sort, stages.state,
        coalesce(reached.lead_count, 0) as lead_count,
        case
            when stages.state = 'junk' then coalesce(reached.lead_count, 0)
            else coalesce(reached.lead_count, 0) - coalesce(reached.further_count, 0) + coalesce(further.lead_count, 0)
        end as reached_count
    from dim_lead_stage as stages
    left join reached
        on reached.stage_id = stages.stage_id
    left join further
        on further.stage_id = stages.stage_id
    where stages.in_dictionary or reached.lead_count > 0
)

select
    counted.stage_id, counted.stage, counted.stage_sort, counted.state, counted.lead_count,
    ratio(counted.lead_count, total.lead_count) as conversion,
    cast(counted.reached_count as bigint) as reached_count,
    cast(
        case when counted.state in ('qualified', 'junk') then 0 else counted.reached_count - counted.lead_count end
        as bigint
    ) as skipped_count
from counted
cross join total;

-- Grain: funnel × stage, every one of the funnels that pass the filter, zeros too, and one without a row where a deal
-- was on it. Question: the same of the deals created in the period, by the funnel where they are now.
create or replace view deal_stage_conversion as
with created as (
    select deals.funnel_id, deals.furthest_sort
    from period_deal as deals
    where deals.part = 'current' and deals.is_created
),

total as (
    select
        created.funnel_id,
        count(*) as deal_count
    from created
    group by created.funnel_id
),

furthest as (
    select
        created.funnel_id, created.furthest_sort,
        count(*) as deal_count
    from created
    group by created.funnel_id, created.furthest_sort
),

further as (
    select
        stages.funnel_id, stages.stage_id,
        sum(furthest.deal_count) as deal_count
    from dim_deal_stage as stages
    inner join furthest
        on
            furthest.funnel_id = stages.funnel_id
            and furthest.furthest_sort > stages.stage_sort
    group by stages.funnel_id, stages.stage_id
),

reached as (
    select
        reach.funnel_id, reach.stage_id,
        count(*) as deal_count,
        went_further(reach.goes_further) as further_count
    from period_deal_reach as reach
    group by reach.funnel_id, reach.stage_id
),

counted as (
    select
        stages.funnel_id, stages.stage_id, stages.stage, stages.stage_sort, stages.state,
        coalesce(reached.deal_count, 0) as deal_count,
        case
            when stages.state = 'lost' then coalesce(reached.deal_count, 0)
            else coalesce(reached.deal_count, 0) - coalesce(reached.further_count, 0) + coalesce(further.deal_count, 0)
        end as reached_count
    from dim_deal_stage as stages
    left join reached
        on
            reached.funnel_id = stages.funnel_id
            and reached.stage_id = stages.stage_id
    left join further
        on
            further.funnel_id = stages.funnel_id
            and further.stage_id = stages.stage_id
    where
        (stages.in_dictionary or reached.deal_count > 0)
        and passes_id('funnels', stages.funnel_id)
)

select
    counted.funnel_id, funnels.funnel, counted.stage_id, counted.stage, counted.stage_sort, counted.state,
    counted.deal_count,
    ratio(counted.deal_count, total.deal_count) as conversion,
    cast(counted.reached_count as bigint) as reached_count,
    cast(
        case when counted.state in ('won', 'lost') then 0 else counted.reached_count - counted.deal_count end as bigint
    ) as skipped_count
from counted
inner join dim_funnel as funnels
    on funnels.funnel_id = counted.funnel_id
left join total
    on total.funnel_id = counted.funnel_id;

-- Grain: step, always three rows. Question: of the leads received, how many became a deal and how many a sale? The
-- filters choose the leads; of the deals only the funnel is asked.
create or replace view marketing_funnel as
with deals as (
    select
        made.lead_id,
        max(case when made.state = 'won' then 1 else 0 end) as is_won
    from fact_deal as made
    where made.lead_id <> 0 and passes_id('funnels', made.funnel_id)
    group by made.lead_id
),

counted as (
    select
        count(*) as leads,
        count(deals.lead_id) as deals,
        count(*) filter (where deals.is_won = 1) as sales
    from period_lead as leads
    left join deals
        on deals.lead_id = leads.lead_id
    where leads.part = 'current' and leads.is_received
)

select
    'leads' as step,
    counted.leads as step_count,
    ratio(counted.leads, counted.leads) as share_of_first,
    cast(null as double) as share_of_previous
from counted
union all
select
    'deals' as step,
    counted.deals as step_count,
    ratio(counted.deals, counted.leads) as share_of_first,
    ratio(counted.deals, counted.leads) as share_of_previous
from counted
union all
select
    'sales' as step,
    counted.sales as step_count,
    ratio(counted.sales, counted.leads) as share_of_first,
    ratio(counted.sales, counted.deals) as share_of_previous
from counted;
