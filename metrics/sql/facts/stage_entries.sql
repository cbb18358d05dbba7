-- Stage history with its order and its end: one row an entry into a stage, with the next entry of the same lead or
-- deal. Whether the stage is final is told by the dictionary, else by the entry itself.
create or replace table stg_lead_stage_entries as
select
    entries.lead_id, entries.stage_id, entries.entered_moment,
    lead(entries.entered_moment) over (
        partition by entries.lead_id order by entries.entered_moment, entries.entry_id
    ) as next_moment,
    entries.is_move,
    case
        when stages.in_dictionary then stages.state in ('qualified', 'junk')
        else coalesce(entries.semantics in ('S', 'F'), false)
    end as is_final
from stg_lead_stage_history as entries
left join dim_lead_stage as stages
    on stages.stage_id = entries.stage_id
where entries.entered_moment is not null and entries.entry_id is not null;

create or replace table stg_deal_stage_entries as
select
    entries.deal_id, entries.funnel_id, entries.stage_id, entries.entered_moment,
    lead(entries.entered_moment) over (
        partition by entries.deal_id order by entries.entered_moment, entries.entry_id
    ) as next_moment,
    entries.is_move,
    case
        when stages.in_dictionary then stages.state in ('won', 'lost')
        else coalesce(entries.semantics in ('S', 'F'), false)
    end as is_final
from stg_deal_stage_history as entries
left join dim_deal_stage as stages
    on
        stages.funnel_id = entries.funnel_id
        and stages.stage_id = entries.stage_id
where entries.entered_moment is not null and entries.entry_id is not null;

-- One row a lead or deal with a history: its last entry into a final stage and its last move.
create or replace table stg_lead_moves as
select
    entries.lead_id,
    max(entries.entered_moment) filter (where entries.is_final) as final_moment,
    max(entries.entered_moment) filter (where entries.is_move) as move_moment
from stg_lead_stage_entries as entries
group by entries.lead_id;

create or replace table stg_deal_moves as
select
    entries.deal_id,
    max(entries.entered_moment) filter (where entries.is_final) as final_moment,
    max(entries.entered_moment) filter (where entries.is_move) as move_moment
from stg_deal_stage_entries as entries
group by entries.deal_id;

-- One row a lead (deal) × stage it was ever on: by its history or by where it is now. A deal counts on stages of the
-- funnel where it is now alone.
create or replace table stg_lead_stage_reach as
select
    leads.lead_id, leads.stage_id
from stg_leads as leads
where leads.lead_id is not null
union
select
    entries.lead_id, entries.stage_id
from stg_lead_stage_history as entries
inner join stg_leads as leads
    on leads.lead_id = entries.lead_id;

create or replace table stg_deal_stage_reach as
select
    deals.deal_id, deals.funnel_id, deals.stage_id
from stg_deals as deals
where deals.deal_id is not null and not deals.is_template
union
select
    entries.deal_id, entries.funnel_id, entries.stage_id
from stg_deal_stage_history as entries
inner join stg_deals as deals
    on
        deals.deal_id = entries.deal_id
        and deals.funnel_id = entries.funnel_id
        and not deals.is_template;
