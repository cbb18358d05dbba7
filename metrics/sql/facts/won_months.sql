-- What each one won in each month and funnel, under no filter: what a bonus is reckoned from. One row a month × employee ×
-- funnel.
create or replace table fact_won_month as
select
    days.month_start as month,
    deals.employee_id, deals.funnel_id,
    unnest(won_figures(true, amount))
from fact_deal as deals
inner join calendar as days
    on days.day = deals.closed_on
where deals.state = 'won'
group by days.month_start, deals.employee_id, deals.funnel_id
order by days.month_start, deals.employee_id, deals.funnel_id;
