-- One row a deal with all that its reports ask: state, dates, new or repeat, what it takes from its lead and its
-- company, silence and its reason. Templates of recurring deals are no deals. Materialised at build.
create or replace table fact_deal as
with states as (
    select
        deals.*,
        case
            when stages.in_dictionary then stages.state
            when deals.semantics = 'S' then 'won'
            when deals.semantics = 'F' then 'lost'
            else 'in_work'
        end as state
    from stg_deals as deals
    left join dim_deal_stage as stages
        on
            stages.funnel_id = deals.funnel_id
            and stages.stage_id = deals.stage_id
    where deals.deal_id is not null and not deals.is_template
),

furthest as (
    select
        reach.deal_id,
        max(stages.stage_sort) as furthest_sort
    from stg_deal_stage_reach as reach
    inner join dim_deal_stage as stages
        on
            stages.funnel_id = reach.funnel_id
            and stages.stage_id = reach.stage_id
    where stages.state <> 'lost'
    group by reach.deal_id
),

moments as (
    select
        states.deal_id,
        case
            when states.state in ('won', 'lost') then coalesce(
                states.closedate_on,
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
    left join stg_deal_moves as moves
        on moves.deal_id = states.deal_id
    left join stg_last_work as last_work
        on
            last_work.owner_type = 'deal'
            and last_work.owner_id = states.deal_id
),

-- In the base currency: what is closed by the rate of its day, as far as pulls have seen it, what is open by today's.
-- Null where it cannot be read or does not fit.
priced as (
    select
        states.deal_id,
        in_base_currency(
            states.opportunity,
            case when moments.closed_on is null then currencies.rate else rates.rate end,
            case when moments.closed_on is null then currencies.rate_count else rates.rate_count end
        ) as amount
    from states
    inner join moments
        on moments.deal_id = states.deal_id
    left join stg_currencies as currencies
        on currencies.currency = states.currency
    asof left join stg_currency_rates as rates
        on
            rates.currency = states.currency
            and rates.since_day <= moments.closed_on
),

silence as (
    select
        moments.deal_id,
        greatest(
            states.created_moment, states.last_activity_moment, moments.move_moment, moments.work_moment
        ) as action_moment
    from moments
    inner join states
        on states.deal_id = moments.deal_id
),

-- The place is the company's, field by field the lead's; the source the deal's own, else the lead's; the five UTM
-- marks are taken together, and only by a deal that has none of its own.
inherited as (
    select
        states.deal_id, companies.company,
        coalesce(nullif(companies.country, ''), leads.country, '') as country,
        coalesce(nullif(companies.city, ''), leads.city, '') as city,
        coalesce(nullif(states.source_id, ''), leads.source_id, '') as source_id,
        leads.lead_id is not null and concat(
            states.utm_source, states.utm_medium, states.utm_campaign, states.utm_content, states.utm_term
        ) = '' as takes_utm,
        leads.utm_source, leads.utm_medium, leads.utm_campaign, leads.utm_content, leads.utm_term
    from states
    left join stg_companies as companies
        on
            companies.company_id = states.company_id
            and states.company_id <> 0
    left join stg_leads as leads
        on
            leads.lead_id = states.lead_id
            and states.lead_id <> 0
),

-- Only purchases are new or repeat; the first of a company is new, and so is one without a company.
purchases as (
    select
        states.deal_id,
        states.company_id <> 0 and row_number() over (
            partition by states.company_id order by moments.closed_on nulls last, states.deal_id
        ) > 1 as is_repeat
    from states
    inner join moments
        on moments.deal_id = states.deal_id
    cross join build_settings
    where
        states.state = 'won'
        and (
            coalesce(len(build_settings.sales_funnels), 0) = 0
            or list_contains(build_settings.sales_funnels, states.funnel_id)
        )
),

-- Whole days between local dates, never below 0; what has no closing day lasts to as_of.
lengths as (
    select
        spans.deal_id,
        case when spans.cycle_days < 0 then 0 else spans.cycle_days end as cycle_days,
        case when spans.duration_days < 0 then 0 else spans.duration_days end as duration_days
    from (
        select
            states.deal_id,
            moments.closed_on - states.created_on as cycle_days,
            coalesce(moments.closed_on, clock.as_of_day) - states.created_on
                as duration_days
        from states
        inner join moments
            on moments.deal_id = states.deal_id
        cross join clock
    ) as spans
)

select
    states.deal_id, states.title, states.funnel_id, states.stage_id,
    concat('deal:', states.stage_id) as stage_key,
    states.state,
    states.state = 'in_work' as is_open,
    inherited.source_id,
    case when inherited.takes_utm then inherited.utm_source else states.utm_source end as utm_source,
    case when inherited.takes_utm then inherited.utm_medium else states.utm_medium end as utm_medium,
    case when inherited.takes_utm then inherited.utm_campaign else states.utm_campaign end as utm_campaign,
    case when inherited.takes_utm then inherited.utm_content else states.utm_content end as utm_content,
    case when inherited.takes_utm then inherited.utm_term else states.utm_term end as utm_term,
    inherited.country, inherited.city, states.employee_id, employees.department_id, states.company_id,
    inherited.company, states.contact_id, states.lead_id,
    coalesce(priced.amount, 0) as amount,
    priced.amount is null as is_amount_lost,
    states.created_at, states.created_on, moments.closed_on, lengths.cycle_days,
    case
        when lengths.cycle_days <= 7 then '0-7'
        when lengths.cycle_days <= 30 then '8-30'
        when lengths.cycle_days <= 90 then '31-90'
        when lengths.cycle_days <= 180 then '91-180'
        when lengths.cycle_days > 180 then '181+'
    end as duration_band,
    lengths.duration_days,
    coalesce(not purchases.is_repeat, false) as is_new,
    coalesce(purchases.is_repeat, false) as is_repeat,
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
    on moments.deal_id = states.deal_id
inner join priced
    on priced.deal_id = states.deal_id
inner join silence
    on silence.deal_id = states.deal_id
inner join inherited
    on inherited.deal_id = states.deal_id
inner join lengths
    on lengths.deal_id = states.deal_id
inner join dim_employee as employees
    on employees.employee_id = states.employee_id
left join purchases
    on purchases.deal_id = states.deal_id
left join furthest
    on furthest.deal_id = states.deal_id
left join stg_open_activities as open_activities
    on
        open_activities.owner_type = 'deal'
        and open_activities.owner_id = states.deal_id
cross join clock
order by states.created_on, states.deal_id;

-- An amount that cannot be read, or that does not fit at its rate, counts as a cast that failed.
insert into failed_cast_checks
select
    'deals' as entity,
    'OPPORTUNITY' as column_name,
    count(*) filter (where facts.is_amount_lost) as failed
from fact_deal as facts;

alter table fact_deal drop column is_amount_lost;
