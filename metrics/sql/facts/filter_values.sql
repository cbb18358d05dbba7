-- What filters can be picked by and only all leads, deals and work can tell: read once, here, and not at every question.

-- One row a filter × text that occurs; '' = none.
create or replace table fact_filter_text as
select 'utm_source' as filter, leads.utm_source as value from fact_lead as leads
union
select 'utm_source' as filter, deals.utm_source as value from fact_deal as deals
union
select 'utm_medium' as filter, leads.utm_medium as value from fact_lead as leads
union
select 'utm_medium' as filter, deals.utm_medium as value from fact_deal as deals
union
select 'utm_campaign' as filter, leads.utm_campaign as value from fact_lead as leads
union
select 'utm_campaign' as filter, deals.utm_campaign as value from fact_deal as deals
union
select 'utm_content' as filter, leads.utm_content as value from fact_lead as leads
union
select 'utm_content' as filter, deals.utm_content as value from fact_deal as deals
union
select 'utm_term' as filter, leads.utm_term as value from fact_lead as leads
union
select 'utm_term' as filter, deals.utm_term as value from fact_deal as deals
union
select 'countries' as filter, leads.country as value from fact_lead as leads
union
select 'countries' as filter, deals.country as value from fact_deal as deals
union
select 'cities' as filter, leads.city as value from fact_lead as leads
union
select 'cities' as filter, deals.city as value from fact_deal as deals;

-- One row an employee who is responsible for anything.
create or replace table fact_responsible as
select leads.employee_id from fact_lead as leads
union
select deals.employee_id from fact_deal as deals
union
select work.employee_id from fact_activity as work;

-- One row a source of any lead or deal; '' = none.
create or replace table fact_source_met as
select leads.source_id from fact_lead as leads
union
select deals.source_id from fact_deal as deals;
