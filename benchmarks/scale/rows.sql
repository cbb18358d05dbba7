-- The rows of a company of any size, a view an entity with the columns of its snapshot. A row depends on its number, the
-- seed and the sizes alone. Session variables: seed, as_of (the portal's clock), and how many rows: users, leads, deals …

-- From 0 to below 1, of a number and of what it is asked for.
create or replace macro chance(number, purpose) as
cast(hash(number, purpose, cast(getvariable('seed') as bigint)) >> 11 as double) / 9007199254740992.0;

-- One of 1 … most, the k-th about 1/k times as often as the first.
create or replace macro skewed(number, purpose, most) as
least(cast(floor(exp(chance(number, purpose) * ln(most + 1))) as bigint), most);

-- A whole number of 1 … most, each as often.
create or replace macro level(number, purpose, most) as 1 + cast(floor(chance(number, purpose) * most) as bigint);

create or replace macro as_told(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S+03:00');

create or replace macro now_of_set() as cast(getvariable('as_of') as timestamp);

-- Three years, each somewhat busier than the one before, in the hours of an office.
create or replace macro created(number, most, purpose) as
least(
    date_trunc('day', now_of_set() - to_seconds(94608000.0 * (1 - power((number - 0.5) / most, 0.85))))
    + to_seconds(32400 + 32400 * chance(number, purpose)),
    now_of_set() - to_seconds(60)
);

create or replace macro employee_of(number, purpose) as skewed(number, purpose, cast(getvariable('users') as bigint));

create or replace macro mark_of(number, purpose, prefix, most) as
case when chance(number, purpose) < 0.4 then concat(prefix, skewed(number, concat(purpose, '?'), most)) end;

create or replace macro deal_stage(funnel_id, name) as
case when funnel_id = 0 then name else concat('C', funnel_id, ':', name) end;

create or replace macro path_stage(place) as
case place
    when 0 then 'NEW' when 1 then 'PREPARATION' when 2 then 'PREPAYMENT_INVOICE' when 3 then 'EXECUTING'
    else 'FINAL_INVOICE'
end;

create or replace view rows_of_users as
select
    cast(numbers.i as varchar) as "ID",
    concat('Имя', numbers.i) as "NAME",
    concat('Фамилия', numbers.i) as "LAST_NAME",
    case when chance(numbers.i, 'dismissed') < 0.1 then 'false' else 'true' end as "ACTIVE",
    concat('[', level(numbers.i, 'department', 12), ']') as "UF_DEPARTMENT",
    'employee' as "USER_TYPE"
from range(1, cast(getvariable('users') as bigint) + 1) as numbers (i);

create or replace view rows_of_departments as
select
    cast(numbers.i as varchar) as "ID",
    concat('Отдел продаж ', numbers.i) as "NAME",
    case when numbers.i > 1 then cast(numbers.i // 3 + 1 as varchar) end as "PARENT",
    cast(numbers.i * 10 as varchar) as "SORT"
from range(1, 13) as numbers (i);

create or replace view rows_of_funnels as
select
    cast(numbers.i as varchar) as "ID",
    concat('Воронка продаж ', numbers.i) as "NAME",
    cast(numbers.i * 10 as varchar) as "SORT",
    case when numbers.i = 0 then 'Y' else 'N' end as "IS_DEFAULT"
from range(0, 5) as numbers (i);

create or replace view rows_of_currencies as
select rates."CURRENCY", rates."AMOUNT", rates."AMOUNT_CNT", rates."BASE"
from (
    values ('RUB', '1.0000', '1', 'Y'), ('USD', '91.5000', '1', 'N')
) as rates ("CURRENCY", "AMOUNT", "AMOUNT_CNT", "BASE");

create or replace view rows_of_statuses as
with stages as (
    select stages.name, stages.sort, stages.semantics
    from (
        values
        ('NEW', 10, null), ('PREPARATION', 20, null), ('PREPAYMENT_INVOICE', 30, null), ('EXECUTING', 40, null),
        ('FINAL_INVOICE', 50, null), ('WON', 60, 'S'), ('LOSE', 70, 'F')
    ) as stages (name, sort, semantics)
),

entries as (
    select 'STATUS' as entity, stages.name, stages.sort, stages.semantics
    from (
        values
        ('NEW', 10, null), ('PREPARATION', 20, null), ('PREPAYMENT_INVOICE', 30, null), ('EXECUTING', 40, null),
        ('FINAL_INVOICE', 50, null), ('CONVERTED', 60, 'S'), ('JUNK', 70, 'F')
    ) as stages (name, sort, semantics)
    union all
    select
        case when numbers.i = 0 then 'DEAL_STAGE' else concat('DEAL_STAGE_', numbers.i) end as entity,
        deal_stage(numbers.i, stages.name) as name,
        stages.sort, stages.semantics
    from range(0, 5) as numbers (i)
    cross join stages
    union all
    select 'SOURCE' as entity, concat('SOURCE_', numbers.i) as name, numbers.i as sort, null as semantics
    from range(1, 25) as numbers (i)
)

select
    cast(row_number() over (order by entries.entity, entries.sort) as varchar) as "ID",
    entries.entity as "ENTITY_ID",
    entries.name as "STATUS_ID",
    concat('Название ', entries.name) as "NAME",
    cast(entries.sort as varchar) as "SORT",
    entries.semantics as "SEMANTICS"
from entries;

create or replace view rows_of_companies as
select
    cast(numbers.i as varchar) as "ID",
    concat('ООО «Компания ', numbers.i, '»') as "TITLE",
    concat('Город ', skewed(numbers.i, 'city', 300)) as "ADDRESS_CITY",
    concat('Страна ', skewed(numbers.i, 'country', 8)) as "ADDRESS_COUNTRY",
    as_told(created(numbers.i, cast(getvariable('companies') as bigint), 'company')) as "DATE_MODIFY"
from range(1, cast(getvariable('companies') as bigint) + 1) as numbers (i);

-- How a lead or deal goes: most are closed after days or months, one in twenty-five never is.
create or replace view fates_of_leads as
select
    numbers.i,
    created(numbers.i, cast(getvariable('leads') as bigint), 'lead') as created_at,
    exp(chance(numbers.i, 'lead days') * ln(61)) - 1 as days,
    chance(numbers.i, 'lead fate') as fate
from range(1, cast(getvariable('leads') as bigint) + 1) as numbers (i);

create or replace view fates_of_deals as
select
    numbers.i,
    created(numbers.i, cast(getvariable('deals') as bigint), 'deal') as created_at,
    exp(chance(numbers.i, 'deal days') * ln(201)) as days,
    chance(numbers.i, 'deal fate') as fate,
    skewed(numbers.i, 'funnel', 5) - 1 as funnel_id
from range(1, cast(getvariable('deals') as bigint) + 1) as numbers (i);

create or replace macro semantics_of(created_at, days, fate, won_share) as
case
    when fate < 0.04 or created_at + to_seconds(days * 86400.0) > now_of_set() then 'P'
    when fate < 0.04 + won_share then 'S'
    else 'F'
end;

create or replace macro closed_at(created_at, days) as created_at + to_seconds(days * 86400.0);

create or replace view rows_of_leads as
with told as (
    select
        fates.i, fates.created_at,
        semantics_of(fates.created_at, fates.days, fates.fate, 0.35) as semantics,
        closed_at(fates.created_at, fates.days) as closed_at
    from fates_of_leads as fates
)

select
    cast(told.i as varchar) as "ID",
    concat('Заявка ', told.i) as "TITLE",
    case told.semantics
        when 'S' then 'CONVERTED' when 'F' then 'JUNK' else path_stage(skewed(told.i, 'lead stage', 5) - 1)
    end as "STATUS_ID",
    told.semantics as "STATUS_SEMANTIC_ID",
    case when chance(told.i, 'no source') < 0.9 then concat('SOURCE_', skewed(told.i, 'source', 24)) end as "SOURCE_ID",
    '0' as "COMPANY_ID",
    cast(employee_of(told.i, 'lead') as varchar) as "ASSIGNED_BY_ID",
    cast(level(told.i, 'lead sum', 90000) as varchar) as "OPPORTUNITY",
    'RUB' as "CURRENCY_ID",
    as_told(told.created_at) as "DATE_CREATE",
    as_told(least(told.closed_at, now_of_set())) as "DATE_MODIFY",
    case when told.semantics <> 'P' then as_told(told.closed_at) else '' end as "DATE_CLOSED",
    as_told(least(told.closed_at, now_of_set())) as "MOVED_TIME",
    as_told(least(told.closed_at, now_of_set())) as "LAST_ACTIVITY_TIME",
    concat('Город ', skewed(told.i, 'city', 300)) as "ADDRESS_CITY",
    concat('Страна ', skewed(told.i, 'country', 8)) as "ADDRESS_COUNTRY",
    mark_of(told.i, 'utm', 'source', 12) as "UTM_SOURCE",
    mark_of(told.i, 'utm', 'medium', 5) as "UTM_MEDIUM",
    mark_of(told.i, 'utm', 'campaign', 400) as "UTM_CAMPAIGN",
    mark_of(told.i, 'content', 'content', 50) as "UTM_CONTENT",
    mark_of(told.i, 'term', 'term', 1000) as "UTM_TERM"
from told;

create or replace view rows_of_deals as
with told as (
    select
        fates.i, fates.created_at, fates.funnel_id,
        semantics_of(fates.created_at, fates.days, fates.fate, 0.3) as semantics,
        closed_at(fates.created_at, fates.days) as closed_at,
        chance(fates.i, 'has lead') < 0.6 as has_lead
    from fates_of_deals as fates
)

select
    cast(told.i as varchar) as "ID",
    concat('Сделка ', told.i) as "TITLE",
    cast(told.funnel_id as varchar) as "CATEGORY_ID",
    deal_stage(
        told.funnel_id,
        case told.semantics
            when 'S' then 'WON' when 'F' then 'LOSE' else path_stage(skewed(told.i, 'deal stage', 5) - 1)
        end
    ) as "STAGE_ID",
    told.semantics as "STAGE_SEMANTIC_ID",
    'N' as "IS_RECURRING",
    case
        when chance(told.i, 'no sum') < 0.03 then '0'
        else cast(round(5000 * exp(5 * chance(told.i, 'deal sum')), 2) as varchar)
    end as "OPPORTUNITY",
    case when chance(told.i, 'currency') < 0.05 then 'USD' else 'RUB' end as "CURRENCY_ID",
    case
        when chance(told.i, 'company') < 0.5 then cast(skewed(told.i, 'big', cast(getvariable('companies') as bigint)) as varchar)
        else cast(level(told.i, 'any', cast(getvariable('companies') as bigint)) as varchar)
    end as "COMPANY_ID",
    '0' as "CONTACT_ID",
    case
        when told.has_lead
            then cast(greatest(told.i * cast(getvariable('leads') as bigint) // cast(getvariable('deals') as bigint), 1) as varchar)
        else '0'
    end as "LEAD_ID",
    as_told(case when told.semantics = 'P' then told.created_at + to_seconds(604800) else told.closed_at end)
        as "CLOSEDATE",
    cast(employee_of(told.i, 'deal') as varchar) as "ASSIGNED_BY_ID",
    as_told(told.created_at) as "DATE_CREATE",
    as_told(least(told.closed_at, now_of_set())) as "DATE_MODIFY",
    as_told(least(told.closed_at, now_of_set())) as "MOVED_TIME",
    as_told(least(told.closed_at, now_of_set())) as "LAST_ACTIVITY_TIME",
    case when not told.has_lead then concat('SOURCE_', skewed(told.i, 'deal source', 24)) end as "SOURCE_ID",
    mark_of(told.i, 'deal utm', 'source', 12) as "UTM_SOURCE",
    mark_of(told.i, 'deal utm', 'medium', 5) as "UTM_MEDIUM",
    mark_of(told.i, 'deal utm', 'campaign', 400) as "UTM_CAMPAIGN",
    cast(null as varchar) as "UTM_CONTENT",
    cast(null as varchar) as "UTM_TERM"
from told;

-- The entries of one step after another, those of a step that not all reach spread evenly over their owners.
create or replace macro step_of(place, owners) as place // owners;

create or replace macro owner_of(place, owners, entries) as
1 + (place % owners) * owners // least(owners, entries - place // owners * owners);

create or replace view rows_of_lead_stage_history as
with placed as (
    select
        numbers.i,
        step_of(numbers.i, cast(getvariable('leads') as bigint)) as step,
        owner_of(numbers.i, cast(getvariable('leads') as bigint), cast(getvariable('lead_stage_history') as bigint))
            as owner
    from range(0, cast(getvariable('lead_stage_history') as bigint)) as numbers (i)
),

told as (
    select
        placed.i, placed.step, placed.owner,
        semantics_of(fates.created_at, fates.days, fates.fate, 0.35) as semantics,
        fates.created_at + to_seconds(case when placed.step = 0 then 0 else fates.days * 86400.0 / placed.step end)
            as entered_at
    from placed
    inner join fates_of_leads as fates
        on fates.i = placed.owner
)

select
    cast(told.i + 1 as varchar) as "ID",
    case when told.step = 0 then '1' else '2' end as "TYPE_ID",
    cast(told.owner as varchar) as "OWNER_ID",
    as_told(least(told.entered_at, now_of_set())) as "CREATED_TIME",
    case
        when told.step = 0 then path_stage(skewed(told.owner, 'first lead stage', 3) - 1)
        when told.semantics = 'S' then 'CONVERTED'
        when told.semantics = 'F' then 'JUNK'
        else path_stage(skewed(told.owner, 'lead stage', 5) - 1)
    end as "STATUS_ID",
    case when told.step = 0 then 'P' else told.semantics end as "STATUS_SEMANTIC_ID"
from told;

create or replace view rows_of_deal_stage_history as
with placed as (
    select
        numbers.i,
        step_of(numbers.i, cast(getvariable('deals') as bigint)) as step,
        owner_of(numbers.i, cast(getvariable('deals') as bigint), cast(getvariable('deal_stage_history') as bigint))
            as owner
    from range(0, cast(getvariable('deal_stage_history') as bigint)) as numbers (i)
),

told as (
    select
        placed.i, placed.step, placed.owner, fates.funnel_id,
        semantics_of(fates.created_at, fates.days, fates.fate, 0.3) as semantics,
        fates.created_at + to_seconds(case when placed.step = 0 then 0 else fates.days * 86400.0 / placed.step end)
            as entered_at
    from placed
    inner join fates_of_deals as fates
        on fates.i = placed.owner
)

select
    cast(told.i + 1 as varchar) as "ID",
    case when told.step = 0 then '1' else '2' end as "TYPE_ID",
    cast(told.owner as varchar) as "OWNER_ID",
    as_told(least(told.entered_at, now_of_set())) as "CREATED_TIME",
    cast(told.funnel_id as varchar) as "CATEGORY_ID",
    deal_stage(
        told.funnel_id,
        case
            when told.step = 0 then path_stage(skewed(told.owner, 'first deal stage', 4) - 1)
            when told.semantics = 'S' then 'WON'
            when told.semantics = 'F' then 'LOSE'
            else path_stage(skewed(told.owner, 'deal stage', 5) - 1)
        end
    ) as "STAGE_ID",
    case when told.step = 0 then 'P' else told.semantics end as "STAGE_SEMANTIC_ID"
from told;

-- Work stands with a lead or deal that was made some time before it; nine of twenty are calls.
create or replace view rows_of_activities as
with told as (
    select
        numbers.i,
        created(numbers.i, cast(getvariable('activities') as bigint), 'activity') as created_at,
        numbers.i % 20 as lot,
        chance(numbers.i, 'owner') as owner_lot,
        (exp(chance(numbers.i, 'since') * ln(1001)) - 1) / 20000 as since
    from range(1, cast(getvariable('activities') as bigint) + 1) as numbers (i)
),

owned as (
    select
        told.*,
        case when told.owner_lot < 0.45 then 1 when told.owner_lot < 0.85 then 2 when told.owner_lot < 0.95 then 3 else 4 end
            as owner_type,
        greatest(
            cast(floor((told.i * 1.0 / cast(getvariable('activities') as bigint) - told.since)
            * case
                when told.owner_lot < 0.45 then cast(getvariable('leads') as bigint)
                when told.owner_lot < 0.85 then cast(getvariable('deals') as bigint)
                else cast(getvariable('companies') as bigint)
            end) as bigint),
            1
        ) as owner_id
    from told
)

select
    cast(owned.i as varchar) as "ID",
    cast(owned.owner_id as varchar) as "OWNER_ID",
    cast(owned.owner_type as varchar) as "OWNER_TYPE_ID",
    case when owned.lot < 9 then '2' when owned.lot < 13 then '4' when owned.lot < 16 then '6' when owned.lot < 17 then '1' else '6' end
        as "TYPE_ID",
    case
        when owned.lot < 9 then 'VOXIMPLANT_CALL' when owned.lot < 13 then 'CRM_EMAIL' when owned.lot < 16 then 'CRM_TODO'
        when owned.lot < 17 then 'CRM_MEETING' when owned.lot < 18 then 'CRM_WEBFORM' else 'IMOPENLINES_SESSION'
    end as "PROVIDER_ID",
    case when chance(owned.i, 'incoming') < 0.3 then '1' else '2' end as "DIRECTION",
    case
        when chance(owned.i, 'open') < case when owned.created_at > now_of_set() - interval 14 day then 0.4 else 0.01 end
            then 'N'
        else 'Y'
    end as "COMPLETED",
    cast(
        case
            when chance(owned.i, 'whose') < 0.7 and owned.owner_type = 1 then employee_of(owned.owner_id, 'lead')
            when chance(owned.i, 'whose') < 0.7 and owned.owner_type = 2 then employee_of(owned.owner_id, 'deal')
            else employee_of(owned.i, 'activity')
        end as varchar
    ) as "RESPONSIBLE_ID",
    as_told(owned.created_at) as "CREATED",
    as_told(owned.created_at) as "LAST_UPDATED",
    as_told(owned.created_at) as "START_TIME",
    as_told(owned.created_at + to_seconds(level(owned.i, 'length', 900))) as "END_TIME",
    as_told(owned.created_at + to_seconds(level(owned.i, 'deadline', 1200000))) as "DEADLINE",
    '0' as "RESULT_STATUS"
from owned;

create or replace view rows_of_calls as
select
    cast(numbers.i + 1 as varchar) as "ID",
    cast(greatest(numbers.i // 9 * 20 + numbers.i % 9, 1) as varchar) as "CRM_ACTIVITY_ID",
    cast(employee_of(numbers.i, 'call') as varchar) as "PORTAL_USER_ID",
    cast(level(numbers.i, 'call type', 2) as varchar) as "CALL_TYPE",
    case when chance(numbers.i, 'answered') < 0.7 then '200' else '304' end as "CALL_FAILED_CODE",
    cast(cast(floor(exp(chance(numbers.i, 'talk') * 7)) as bigint) as varchar) as "CALL_DURATION",
    as_told(created(numbers.i + 1, cast(getvariable('calls') as bigint), 'call at')) as "CALL_START_DATE"
from range(0, cast(getvariable('calls') as bigint)) as numbers (i);

create or replace view rows_of_comments as
select
    cast(numbers.i as varchar) as "ID",
    cast(
        greatest(
            numbers.i * case when numbers.i % 2 = 0 then cast(getvariable('leads') as bigint) else cast(getvariable('deals') as bigint) end
            // cast(getvariable('comments') as bigint),
            1
        ) as varchar
    ) as "ENTITY_ID",
    case when numbers.i % 2 = 0 then 'lead' else 'deal' end as "ENTITY_TYPE",
    as_told(created(numbers.i, cast(getvariable('comments') as bigint), 'comment')) as "CREATED",
    cast(employee_of(numbers.i, 'comment') as varchar) as "AUTHOR_ID"
from range(1, cast(getvariable('comments') as bigint) + 1) as numbers (i);

create or replace view rows_of_activity_bindings as
select
    cast(cast(getvariable('activities') as bigint) - numbers.i as varchar) as "ACTIVITY_ID",
    '1' as "ENTITY_TYPE_ID",
    cast(greatest(cast(getvariable('leads') as bigint) - numbers.i // 3, 1) as varchar) as "ENTITY_ID"
from range(0, cast(getvariable('activity_bindings') as bigint)) as numbers (i);
