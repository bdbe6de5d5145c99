-- Whether partners sourced or influenced a deal, and the pipeline's sums by the quarter (year * 4 + 0 to 3; 0
-- without a day) in which deals were won or close: both kept behind the feed. PIPELINE_COUNTED is what of each deal
-- stands in the sums, so that it can be taken out again.
alter table opportunity add column credit text;
create index opportunity_credit on opportunity(credit, id) where credit is not null;
drop index opportunity_won;
create index opportunity_closed on opportunity(state, closed, id);

create table pipeline_counted (
  opportunity_id integer primary key references opportunity(id),
  quarter integer not null,
  state text not null,
  stage text not null,
  credit text not null,
  currency text not null,
  amount integer not null
);
create table pipeline_sum (
  quarter integer not null,
  state text not null,
  stage text not null,
  credit text not null,
  currency text not null,
  amount integer not null,
  deals integer not null,
  primary key (quarter, state, stage, credit, currency)
) without rowid;
