-- One row a lead with all that its reports ask: state, dates, place, silence and its reason. Materialised at build.
create or replace table fact_lead as
with states as (
    select
        leads.*,
        case
            when stages.in_dictionary then stages.state
            when leads.semantics = 'S' then 'qualified'
            when leads.semantics = 'F' then 'junk'
            else 'in_work'
        end as state
    from stg_leads as leads
    left join dim_lead_stage as stages
        on stages.stage_id = leads.stage_id
    where leads.lead_id is not null
),

-- The furthest stage that is not junk, among those the dictionary sorts.
furthest as (
    select
        reach.lead_id,
        max(stages.stage_sort) as furthest_sort
    from stg_lead_stage_reach as reach
    inner join dim_lead_stage as stages
        on stages.stage_id = reach.stage_id
    where stages.state <> 'junk'
    group by reach.lead_id
),

moments as (
    select
        states.lead_id,
        states.state in ('new', 'in_work') as is_open,
        case
            when states.state in ('qualified', 'junk') then coalesce(
                states.date_closed_on,
                cast(wall_clock(moves.final_moment) as date),
                cast(wall_clock(states.moved_moment) as date)
            )
        end as closed_on,
        greatest(
            moves.move_moment,
            case when states.moved_moment > states.created_moment then states.moved_moment end
        ) as move_moment,
        last_work.last_moment as work_moment
    from states
    left join stg_lead_moves as moves
        on moves.lead_id = states.lead_id
    left join stg_last_work as last_work
        on
            last_work.owner_type = 'lead'
            and last_work.owner_id = states.lead_id
),

-- In the base currency: what is closed by the rate of its day, as far as pulls have seen it, what is open by today's.
-- Null where it cannot be read or does not fit.
priced as (
    select
        states.lead_id,
        in_base_currency(
            states.opportunity,
            case when moments.closed_on is null then currencies.rate else rates.rate end,
            case when moments.closed_on is null then currencies.rate_count else rates.rate_count end
        ) as amount
    from states
    inner join moments
        on moments.lead_id = states.lead_id
    left join stg_currencies as currencies
        on currencies.currency = states.currency
    asof left join stg_currency_rates as rates
        on
            rates.currency = states.currency
            and rates.since_day <= moments.closed_on
),

silence as (
    select
        moments.lead_id,
        greatest(
            states.created_moment, states.last_activity_moment, moments.move_moment, moments.work_moment
        ) as action_moment
    from moments
    inner join states
        on states.lead_id = moments.lead_id
),

-- Whole days between local dates, never below 0; what has no closing day lasts to as_of.
lengths as (
    select
        spans.lead_id,
        case when spans.cycle_days < 0 then 0 else spans.cycle_days end as cycle_days,
        case when spans.duration_days < 0 then 0 else spans.duration_days end as duration_days
    from (
        select
            states.lead_id,
            moments.closed_on - states.created_on as cycle_days,
            coalesce(moments.closed_on, clock.as_of_day) - states.created_on
                as duration_days
        from states
        inner join moments
            on moments.lead_id = states.lead_id
        cross join clock
    ) as spans
)

select
    states.lead_id, states.title, states.stage_id,
    concat('lead:', states.stage_id) as stage_key,
    states.state, moments.is_open, states.source_id, states.utm_source, states.utm_medium, states.utm_campaign,
    states.utm_content, states.utm_term, states.country, states.city, states.employee_id, employees.department_id,
    coalesce(priced.amount, 0) as amount,
    priced.amount is null as is_amount_lost,
    states.created_at, states.created_on, moments.closed_on, lengths.cycle_days, lengths.duration_days,
    furthest.furthest_sort,
    wall_clock(silence.action_moment) as last_action_at,
    greatest(epoch(clock.as_of_moment) - epoch(silence.action_moment), 0) as silent_seconds,
    cast(floor(greatest(epoch(clock.as_of_moment) - epoch(silence.action_moment), 0) / 86400) as bigint)
        as silent_days,
    coalesce(open_activities.open_activities, 0) as open_activities,
    wall_clock(open_activities.next_deadline_moment) as next_deadline,
    case
        when employees.is_dismissed then 'responsible_inactive'
        when moments.work_moment is null and moments.move_moment is null then 'never_touched'
        when open_activities.has_overdue then 'overdue'
        when open_activities.open_activities is null then 'no_plan'
        else 'waiting'
    end as silence_reason
from states
inner join moments
    on moments.lead_id = states.lead_id
inner join priced
    on priced.lead_id = states.lead_id
inner join silence
    on silence.lead_id = states.lead_id
inner join lengths
    on lengths.lead_id = states.lead_id
inner join dim_employee as employees
    on employees.employee_id = states.employee_id
left join furthest
    on furthest.lead_id = states.lead_id
left join stg_open_activities as open_activities
    on
        open_activities.owner_type = 'lead'
        and open_activities.owner_id = states.lead_id
cross join clock
order by states.created_on, states.lead_id;

-- An amount that cannot be read, or that does not fit at its rate, counts as a cast that failed.
insert into failed_cast_checks
select
    'leads' as entity,
    'OPPORTUNITY' as column_name,
    count(*) filter (where facts.is_amount_lost) as failed
from fact_lead as facts;

alter table fact_lead drop column is_amount_lost;
