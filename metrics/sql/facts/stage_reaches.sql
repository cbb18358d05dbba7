-- Which stages leads and deals were ever on, with what is asked of them: one row a lead (deal) × stage. goes_further: it
-- came to a stage behind this one, too. Ordered by the day of creation, so that a period reads its own rows alone.
create or replace table fact_lead_stage_reach as
select
    reach.lead_id, leads.created_on, leads.employee_id, reach.stage_id,
    coalesce(leads.furthest_sort > stages.stage_sort, false) as goes_further
from stg_lead_stage_reach as reach
inner join fact_lead as leads
    on leads.lead_id = reach.lead_id
inner join dim_lead_stage as stages
    on stages.stage_id = reach.stage_id
order by leads.created_on, reach.lead_id, reach.stage_id;

create or replace table fact_deal_stage_reach as
select
    reach.deal_id, deals.created_on, deals.employee_id, reach.funnel_id, reach.stage_id,
    coalesce(deals.furthest_sort > stages.stage_sort, false) as goes_further
from stg_deal_stage_reach as reach
inner join fact_deal as deals
    on deals.deal_id = reach.deal_id
inner join dim_deal_stage as stages
    on
        stages.funnel_id = reach.funnel_id
        and stages.stage_id = reach.stage_id
order by deals.created_on, reach.deal_id, reach.stage_id;
