-- Marketing: where the leads received in the period stand now.

-- Grain: lead state, always four rows. Question: where are the leads received now?
create or replace view lead_state_stats as
with counted as (
    select
        leads.state,
        count(*) as lead_count
    from period_lead as leads
    where leads.part = 'current' and leads.is_received
    group by leads.state
)

select
    states.state,
    coalesce(counted.lead_count, 0) as lead_count,
    share_of_all(counted.lead_count) as share
from dim_lead_state as states
left join counted
    on counted.state = states.state;

-- Grain: lead stage that holds a lead received. Question: on which stages do they stand now?
create or replace view lead_stage_stats as
with counted as (
    select
        leads.stage_id,
        count(*) as lead_count
    from period_lead as leads
    where leads.part = 'current' and leads.is_received
    group by leads.stage_id
)

select
    counted.stage_id, stages.stage, stages.stage_sort, counted.lead_count,
    share_of_all(counted.lead_count) as share
from counted
inner join dim_lead_stage as stages
    on stages.stage_id = counted.stage_id;

-- Grain: source of a lead received. Question: which share of the leads received comes from each source?
create or replace view lead_source_share as
with counted as (
    select
        leads.source_id,
        count(*) as lead_count
    from period_lead as leads
    where leads.part = 'current' and leads.is_received
    group by leads.source_id
)

select
    counted.source_id, sources.source, counted.lead_count,
    share_of_all(counted.lead_count) as share
from counted
inner join dim_source as sources
    on sources.source_id = counted.source_id;

-- Grain: source × state. Question: what became of the leads received from each source?
create or replace view lead_source_state_stats as
select
    leads.source_id, sources.source, leads.state,
    count(*) as lead_count
from period_lead as leads
inner join dim_source as sources
    on sources.source_id = leads.source_id
where leads.part = 'current' and leads.is_received
group by leads.source_id, sources.source, leads.state;

-- Grain: source × state. Question: which share of a source's leads received is in each state now?
create or replace view lead_source_state_share as
select
    counted.*,
    share_within(counted.lead_count, counted.source_id) as share
from lead_source_state_stats as counted;

-- Grain: employee × stage. Question: on which stages do the leads received stand with whom?
create or replace view lead_employee_stage_stats as
select
    leads.employee_id, employees.employee, leads.stage_id, stages.stage, stages.stage_sort,
    count(*) as lead_count
from period_lead as leads
inner join dim_employee as employees
    on employees.employee_id = leads.employee_id
inner join dim_lead_stage as stages
    on stages.stage_id = leads.stage_id
where leads.part = 'current' and leads.is_received
group by leads.employee_id, employees.employee, leads.stage_id, stages.stage, stages.stage_sort;

-- Grain: employee with a lead received. Question: how many of the leads received are whose? The last column of the table
-- of employees and stages.
create or replace view lead_employee_total as
select
    leads.employee_id, employees.employee,
    count(*) as lead_count
from period_lead as leads
inner join dim_employee as employees
    on employees.employee_id = leads.employee_id
where leads.part = 'current' and leads.is_received
group by leads.employee_id, employees.employee;
