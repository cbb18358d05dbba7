-- The fields people made themselves and the settings name. The same columns for every kind: which of them a field fills
-- is said by its kind, and metrics/warehouse/user_columns.py makes a column of each.

-- One row a field, in the order of the settings. A field of several values, and one the portal does not describe, is
-- text; `shown_as` is a format of the dictionary.
create or replace table stg_user_fields as
with named as (
    select
        'deals' as entity,
        unnest(settings.deal_fields) as field,
        generate_subscripts(settings.deal_fields, 1) as place
    from build_settings as settings
    union all
    select
        'leads' as entity,
        unnest(settings.lead_fields) as field,
        generate_subscripts(settings.lead_fields, 1) as place
    from build_settings as settings
),

described as (
    select
        'deals' as entity,
        raw.*
    from raw_deal_fields as raw
    union all
    select
        'leads' as entity,
        raw.*
    from raw_lead_fields as raw
),

kinds as (
    select
        named.entity,
        named.field,
        named.place,
        coalesce(given(described.label), named.field) as label,
        coalesce(as_flag(described.is_multiple), false) as is_multiple,
        described.items,
        upper(given(described.target)) as target,
        case lower(given(described.type))
            when 'integer' then 'whole'
            when 'double' then 'number'
            when 'boolean' then 'flag'
            when 'date' then 'day'
            when 'datetime' then 'moment'
            when 'money' then 'money'
            when 'enumeration' then 'choice'
            when 'crm_status' then 'status'
            when 'employee' then 'employee'
            when 'user' then 'employee'
            when 'crm' then 'record'
            when 'address' then 'address'
            else 'text'
        end as kind
    from named
    left join described
        on
            described.entity = named.entity
            and described.field = named.field
)

select
    kinds.entity,
    kinds.field,
    kinds.place,
    lower(kinds.field) as column_name,
    kinds.label,
    kinds.is_multiple,
    kinds.items,
    kinds.target,
    kinds.kind,
    case
        when kinds.is_multiple then 'text'
        when kinds.kind = 'whole' then 'count'
        when kinds.kind = 'day' then 'date'
        when kinds.kind in ('number', 'flag', 'moment', 'money') then kinds.kind
        else 'text'
    end as shown_as
from kinds;

-- One row an item of a field's list.
create or replace table stg_user_items as
select
    fields.entity,
    fields.field,
    unnest(json_extract_string(fields.items, '$[*].ID')) as item_id,
    unnest(json_extract_string(fields.items, '$[*].VALUE')) as item
from stg_user_fields as fields
where fields.kind = 'choice' and json_valid(fields.items);

-- One row a value; a field of several has several, and a list in a field of one is a list no less. "false" is how an
-- empty field is sent, but for a field of yes and no; a link to 0 leads nowhere, and
-- "|RUB" is no amount.
create or replace table stg_user_parts as
with told as (
    select
        raw.entity,
        as_number(raw.record_id) as record_id,
        raw.field,
        case
            when
                json_valid(raw.value)
                and starts_with(trim(raw.value), '[')
                and (fields.is_multiple or fields.kind <> 'text')
                then json_extract_string(raw.value, '$[*]')
            else [raw.value]
        end as parts
    from raw_user_values as raw
    inner join stg_user_fields as fields
        on
            fields.entity = raw.entity
            and fields.field = raw.field
),

parts as (
    select
        told.entity,
        told.record_id,
        told.field,
        trim(unnest(told.parts)) as part,
        generate_subscripts(told.parts, 1) as place
    from told
)

select
    parts.entity,
    parts.record_id,
    parts.field,
    parts.place,
    parts.part,
    fields.kind,
    fields.is_multiple,
    fields.target,
    regexp_extract(parts.part, '([0-9]+)$', 1) as linked_id,
    -- What a link leads to: the prefix, or the one kind of record that the field allows.
    case
        when regexp_matches(parts.part, '^[A-Za-z0-9]+_[0-9]+$') then upper(split_part(parts.part, '_', 1))
        when fields.target = 'LEAD' then 'L'
        when fields.target = 'DEAL' then 'D'
        when fields.target = 'CONTACT' then 'C'
        when fields.target = 'COMPANY' then 'CO'
    end as linked_kind
from parts
inner join stg_user_fields as fields
    on
        fields.entity = parts.entity
        and fields.field = parts.field
where
    parts.record_id is not null
    and (given(parts.part) is not null or (fields.kind = 'flag' and lower(parts.part) = 'false'))
    and not (fields.kind in ('choice', 'employee', 'record') and parts.part = '0')
    and not (fields.kind = 'money' and starts_with(parts.part, '|'));

-- What links lead to, by what fields call it.
create or replace table stg_user_links as
select
    'L' as linked_kind,
    leads.lead_id as linked_id,
    given(leads.title) as title
from stg_leads as leads
union all
select
    'D' as linked_kind,
    deals.deal_id as linked_id,
    given(deals.title) as title
from stg_deals as deals
union all
select
    'CO' as linked_kind,
    companies.company_id as linked_id,
    given(companies.company) as title
from stg_companies as companies;

-- One row a value, typed by its kind. Amounts are in the base currency like all others; what stands in a list or a
-- dictionary is called as the portal calls it.
create or replace table stg_user_values as
with kinds as (
    select
        unnest(['L', 'D', 'C', 'CO']) as linked_kind,
        unnest(['Лид', 'Сделка', 'Контакт', 'Компания']) as kind_name
),

typed as (
    select
        parts.*,
        case when parts.kind = 'whole' then as_number(parts.part) end as whole_value,
        case when parts.kind = 'number' and isfinite(try_cast(parts.part as double)) then try_cast(parts.part as double) end
            as number_value,
        case when parts.kind = 'day' then as_told_day(parts.part) end as day_value,
        case when parts.kind = 'moment' then wall_clock(as_told_moment(parts.part)) end as moment_value,
        case
            when parts.kind <> 'flag' then null
            when lower(parts.part) in ('y', 'yes', 'true', '1') then true
            when lower(parts.part) in ('n', 'no', 'false', '0') then false
        end as flag_value,
        case
            when parts.kind = 'money' then in_base_currency(
                as_decimal(split_part(parts.part, '|', 1)), currencies.rate, currencies.rate_count
            )
        end as money_value,
        case parts.kind
            when 'choice' then items.item
            when 'status' then coalesce(statuses.status_name, parts.part)
            when 'employee' then coalesce(users.employee_name, 'Сотрудник ' || nullif(parts.linked_id, ''))
            when 'record' then coalesce(links.title, kinds.kind_name || ' ' || parts.linked_id, parts.part)
            when 'address' then split_part(parts.part, '|', 1)
            when 'text' then parts.part
        end as text_value
    from stg_user_parts as parts
    left join stg_user_items as items
        on
            parts.kind = 'choice'
            and items.entity = parts.entity
            and items.field = parts.field
            and items.item_id = parts.part
    left join stg_currencies as currencies
        on
            parts.kind = 'money'
            and currencies.currency = trim(split_part(parts.part, '|', 2))
    left join (
        select distinct on (dictionary.entity_id, dictionary.status_id)
            dictionary.entity_id,
            dictionary.status_id,
            dictionary.status_name
        from stg_statuses as dictionary
        order by dictionary.entity_id, dictionary.status_id, dictionary.status_row_id
    ) as statuses
        on
            parts.kind = 'status'
            and statuses.entity_id = parts.target
            and statuses.status_id = parts.part
    left join stg_users as users
        on
            parts.kind = 'employee'
            and users.employee_id = as_number(parts.linked_id)
    left join stg_user_links as links
        on
            parts.kind = 'record'
            and links.linked_kind = parts.linked_kind
            and links.linked_id = as_number(parts.linked_id)
    left join kinds
        on
            parts.kind = 'record'
            and kinds.linked_kind = parts.linked_kind
)

select
    typed.entity,
    typed.record_id,
    typed.field,
    typed.place,
    typed.is_multiple,
    typed.whole_value,
    typed.number_value,
    typed.day_value,
    typed.moment_value,
    typed.flag_value,
    typed.money_value,
    case typed.kind
        when 'whole' then cast(typed.whole_value as varchar)
        when 'number' then regexp_replace(cast(typed.number_value as varchar), '\.0$', '')
        when 'day' then cast(typed.day_value as varchar)
        when 'moment' then strftime(typed.moment_value, '%Y-%m-%d %H:%M')
        when 'flag' then case when typed.flag_value then '✓' when not typed.flag_value then '✗' end
        when 'money' then cast(typed.money_value as varchar)
        else typed.text_value
    end as written
from typed;

-- A value that is none of its kind, and each beyond the first where one belongs, counts as a cast that failed.
insert into failed_cast_checks
select
    told.entity,
    told.field as column_name,
    count(*) as failed
from stg_user_values as told
where told.written is null or (told.place > 1 and not told.is_multiple)
group by told.entity, told.field;
