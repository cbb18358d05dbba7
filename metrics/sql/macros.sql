-- Where a figure is defined, once: a view adds its grain. `select source_id, unnest(sales_figures(is_won, …)) … group by
-- source_id` gives a column a field, named as the field. Columns are passed, never a row as one value, and an unnested
-- column cannot be named in the same select again. Plain enough to be expanded on a parsed tree: a macro is one
-- expression of its arguments, a group of figures is one struct_pack.

-- Sums and shares, of anything.

create or replace macro total_count(counted) as cast(coalesce(sum(counted), 0) as bigint);

create or replace macro total_sum(summed) as coalesce(sum(summed), 0);

-- Unknown where there is no whole to have a share of.
create or replace macro ratio(part, whole) as part / nullif(whole, 0);

-- The share of all rows that are shown: of the whole column, or of those that have the same value of another.
create or replace macro share_of_all(figure) as ratio(coalesce(figure, 0), sum(figure) over ());

create or replace macro share_within(figure, shared) as ratio(coalesce(figure, 0), sum(figure) over (partition by shared));

create or replace macro mean_of_all(figure) as sum(figure) over () / count(*) over ();

-- By which share of the earlier figure it has changed; unknown where that is 0.
create or replace macro relative_change(ours, earlier) as ratio(cast(ours - earlier as double), cast(earlier as double));

-- Days and moments.

create or replace macro in_period(day) as
day >= cast(getvariable('period_from') as date) and day <= cast(getvariable('period_to') as date);

-- The day of a number of the calendar.
create or replace macro day_of_number(day_number) as date '1990-01-01' + cast(day_number as integer);

create or replace macro by_period_end(day) as day <= cast(getvariable('period_to') as date);

create or replace macro before_period(day) as day < cast(getvariable('period_from') as date);

-- Nobody has acted on it for as many times 24 hours as the page's control says: lead_days, deal_days.
create or replace macro is_forgotten(is_open, silent_seconds, days_asked) as
is_open and silent_seconds >= cast(getvariable(days_asked) as bigint) * 86400;

-- Deals.

create or replace macro avg_check(won_sum, won_count) as ratio(won_sum, won_count);

create or replace macro conversion(won_count, lost_count) as ratio(won_count, won_count + lost_count);

create or replace macro repeat_share(new_sum, repeat_sum) as ratio(repeat_sum, new_sum + repeat_sum);

create or replace macro deal_volume(amount) as struct_pack(deal_count := count(*), deal_sum := total_sum(amount));

create or replace macro created_count(is_created) as count(*) filter (where is_created);

create or replace macro forgotten_count(is_forgotten) as count(*) filter (where is_forgotten);

create or replace macro won_count(is_won) as count(*) filter (where is_won);

create or replace macro won_sum(is_won, amount) as coalesce(sum(amount) filter (where is_won), 0);

create or replace macro lost_count(is_lost) as count(*) filter (where is_lost);

create or replace macro lost_sum(is_lost, amount) as coalesce(sum(amount) filter (where is_lost), 0);

create or replace macro new_sum(is_won, is_new, amount) as coalesce(sum(amount) filter (where is_won and is_new), 0);

create or replace macro repeat_sum(is_won, is_repeat, amount) as
coalesce(sum(amount) filter (where is_won and is_repeat), 0);

create or replace macro avg_cycle_days(is_won, cycle_days) as avg(cycle_days) filter (where is_won);

create or replace macro won_figures(is_won, amount) as struct_pack(
    won_count := won_count(is_won),
    won_sum := won_sum(is_won, amount)
);

create or replace macro lost_figures(is_lost, amount) as struct_pack(
    lost_count := lost_count(is_lost),
    lost_sum := lost_sum(is_lost, amount)
);

create or replace macro in_work_figures(is_in_work, amount) as struct_pack(
    in_work_count := count(*) filter (where is_in_work),
    in_work_sum := coalesce(sum(amount) filter (where is_in_work), 0)
);

create or replace macro new_figures(is_won, is_new, amount) as struct_pack(
    new_count := count(*) filter (where is_won and is_new),
    new_sum := new_sum(is_won, is_new, amount)
);

create or replace macro repeat_figures(is_won, is_repeat, amount) as struct_pack(
    repeat_count := count(*) filter (where is_won and is_repeat),
    repeat_sum := repeat_sum(is_won, is_repeat, amount)
);

-- Leads: what happened to them in the events of period_lead_event.

create or replace macro lead_counts(received, qualified, junk, is_new, is_in_work) as struct_pack(
    received := total_count(received),
    qualified := total_count(qualified),
    junk := total_count(junk),
    new := total_count(is_new),
    in_work := total_count(is_in_work)
);

create or replace macro lead_sales(lead_days, sales_count, sales_sum, sale_days) as struct_pack(
    avg_lead_days := avg(lead_days),
    sales_count := total_count(sales_count),
    sales_sum := total_sum(sales_sum),
    avg_sale_days := avg(sale_days)
);

create or replace macro conversion_to_deal(qualified, received) as ratio(qualified, received);

create or replace macro quality(qualified, junk) as ratio(qualified, qualified + junk);

create or replace macro revenue_per_lead(sales_sum, received) as ratio(sales_sum, received);

-- Of leads received in the period and in the one before it.
create or replace macro received_by_part(part) as struct_pack(
    received := count(*) filter (where part = 'current'),
    previous_received := count(*) filter (where part = 'previous')
);

-- Work.

create or replace macro done_of(asked_kind, kind, done) as
cast(coalesce(sum(done) filter (where kind = asked_kind), 0) as bigint);

create or replace macro client_work(kind, done) as struct_pack(
    meetings := done_of('meeting', kind, done),
    calls := done_of('call', kind, done),
    emails := done_of('email', kind, done)
);

create or replace macro other_work(kind, done) as struct_pack(
    tasks := done_of('task', kind, done),
    comments := done_of('comment', kind, done),
    other := done_of('other', kind, done)
);

create or replace macro all_work(done, seconds, points) as struct_pack(
    activities := total_count(done),
    call_minutes := sum(seconds) / 60.0,
    points := sum(points)
);

create or replace macro client_work_totals(meetings, calls, emails) as struct_pack(
    meetings := total_count(meetings),
    calls := total_count(calls),
    emails := total_count(emails)
);

create or replace macro other_work_totals(tasks, comments, other) as struct_pack(
    tasks := total_count(tasks),
    comments := total_count(comments),
    other := total_count(other)
);

create or replace macro all_work_totals(activities, call_minutes, points) as struct_pack(
    activities := total_count(activities),
    call_minutes := total_sum(call_minutes),
    points := total_sum(points)
);

create or replace macro activity_index(points, company_points) as
100.0 * cast(coalesce(points, 0) as double) / nullif(company_points, 0);

-- The plan.

create or replace macro working_days(is_working) as count(*) filter (where is_working);

create or replace macro come_days(is_working, day, last_day) as count(*) filter (where is_working and day <= last_day);

-- What should be there by now, by working days, were the plan fulfilled evenly.
create or replace macro plan_by_days(plan_sum, come_days, working_days) as
ratio(plan_sum * come_days, cast(working_days as double));

create or replace macro plan_figures(plan_sum, won_sum, won_count, plan_count) as struct_pack(
    plan_sum := total_sum(plan_sum),
    fact_sum := total_sum(won_sum),
    won_count := total_count(won_count),
    plan_count := total_count(plan_count)
);

create or replace macro completion(fact, plan) as ratio(fact, plan);

create or replace macro remaining(fact_sum, plan_sum) as greatest(plan_sum - fact_sum, 0);

create or replace macro new_repeat_sums(new_sum, repeat_sum) as struct_pack(
    new_sum := total_sum(new_sum),
    repeat_sum := total_sum(repeat_sum)
);

create or replace macro in_work_totals(in_work_count, in_work_sum) as struct_pack(
    in_work_count := total_count(in_work_count),
    in_work_sum := total_sum(in_work_sum)
);

-- Something is planned or was sold there.
create or replace macro has_plan_or_sale(plan_sum, plan_count, won_count) as
plan_sum <> 0 or plan_count <> 0 or won_count > 0;

create or replace macro pace_figures(plan_sum, fact_sum, plan_to_date) as struct_pack(
    plan_sum := plan_sum,
    fact_sum := fact_sum,
    completion := completion(fact_sum, plan_sum),
    plan_to_date := plan_to_date,
    completion_to_date := completion(fact_sum, plan_to_date),
    pace_gap := cast(fact_sum as double) - plan_to_date,
    landing_sum := ratio(fact_sum, plan_to_date) * plan_sum,
    landing := ratio(fact_sum, plan_to_date)
);

-- The three months differ by no more than half of their mean: six times the spread against their sum.
create or replace macro is_pace_reliable(last_sum, second_sum, third_sum) as
6 * (greatest(last_sum, second_sum, third_sum) - least(last_sum, second_sum, third_sum))
<= last_sum + second_sum + third_sum;

create or replace macro plan_editor_figures(
    plan_sum, plan_count, previous_plan_sum, previous_count, previous_sum, year_ago_count, year_ago_sum
) as struct_pack(
    plan_sum := total_sum(plan_sum),
    plan_count := total_count(plan_count),
    previous_plan_sum := total_sum(previous_plan_sum),
    previous_count := total_count(previous_count),
    previous_sum := total_sum(previous_sum),
    year_ago_count := total_count(year_ago_count),
    year_ago_sum := total_sum(year_ago_sum)
);

-- Stays on a stage; open_* of those that have not ended.
create or replace macro stay_figures(days, is_open_stay) as struct_pack(
    visits := count(*),
    avg_days := avg(days),
    max_days := max(days),
    open_visits := count(*) filter (where is_open_stay),
    open_avg_days := avg(days) filter (where is_open_stay)
);

create or replace macro days_held(days) as sum(days);

create or replace macro went_further(goes_further) as count(*) filter (where goes_further);

-- What was created and is forgotten, of rows that are leads and deals.
create or replace macro forgotten_leads_figures(entity, is_forgotten) as struct_pack(
    leads_created := count(*) filter (where entity = 'lead'),
    leads_forgotten := count(*) filter (where entity = 'lead' and is_forgotten)
);

create or replace macro forgotten_deals_figures(entity, is_forgotten, amount) as struct_pack(
    deals_created := count(*) filter (where entity = 'deal'),
    deals_forgotten := count(*) filter (where entity = 'deal' and is_forgotten),
    deals_sum := coalesce(sum(amount) filter (where entity = 'deal' and is_forgotten), 0)
);

-- Lists.

create or replace macro record_url(portal_origin, entity, record_id) as
concat(portal_origin, '/crm/', entity, '/details/', record_id, '/');

-- Those created or closed in the period, with all_open also those in work created before it; with without_activities
-- only those in work that nobody has planned anything for.
create or replace macro is_listed(is_created, is_closed, is_open, created_on, open_activities) as
(is_created or is_closed or (cast(getvariable('all_open') as boolean) and is_open and before_period(created_on)))
and (not coalesce(cast(getvariable('without_activities') as boolean), false) or (is_open and open_activities = 0));

-- Filters. Each is a session variable: null = all; '' and 0 are values.

create or replace macro passes(filter, value) as
getvariable(filter) is null or list_contains(cast(getvariable(filter) as varchar[]), value);

create or replace macro passes_id(filter, value) as
getvariable(filter) is null or list_contains(cast(getvariable(filter) as bigint[]), value);

-- The value of the mark that utm_dimension names.
create or replace macro picked_utm(utm_source, utm_medium, utm_campaign, utm_content, utm_term) as
case coalesce(cast(getvariable('utm_dimension') as varchar), 'utm_source')
    when 'utm_source' then utm_source
    when 'utm_medium' then utm_medium
    when 'utm_campaign' then utm_campaign
    when 'utm_content' then utm_content
    when 'utm_term' then utm_term
end;
