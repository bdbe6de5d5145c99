-- The shared pipeline: when an opportunity is expected to close and since when it is in its stage; who works on
-- it, what it is made of, the plan, the words. A partner's scope reads opportunity_member_partner.
alter table opportunity add column closes integer;
alter table opportunity add column stage_since integer;
alter table opportunity add column previous_stage text;
alter table opportunity add column previous_since integer;
alter table opportunity add column reason text;
create index opportunity_closes on opportunity(state, closes, id);
create index opportunity_forecast on opportunity(state, closes, stage, currency, amount);
create index opportunity_won on opportunity(state, closed, currency, amount);
create index opportunity_owner on opportunity(owner_id, state, id);

create table opportunity_member (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  opportunity_id integer not null references opportunity(id),
  partner_id integer references partner(id),
  person_id integer references person(id),
  role text not null,
  share_percent real,
  state text not null
);
create unique index opportunity_member_once on opportunity_member(opportunity_id, partner_id);
create unique index opportunity_member_own on opportunity_member(opportunity_id, person_id) where partner_id is null;
create unique index opportunity_member_source on opportunity_member(opportunity_id)
  where role = 'source' and state = 'active';
create index opportunity_member_partner on opportunity_member(partner_id, state, opportunity_id);
create index opportunity_member_person on opportunity_member(person_id, id);
create index opportunity_member_created on opportunity_member(created, id);

create table opportunity_line (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  opportunity_id integer not null references opportunity(id),
  product_line_id integer not null references product_line(id),
  amount integer not null,
  currency text not null,
  state text not null
);
create unique index opportunity_line_once on opportunity_line(opportunity_id, product_line_id);
create index opportunity_line_product on opportunity_line(product_line_id, id);
create index opportunity_line_created on opportunity_line(created, id);

create table plan_step (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  opportunity_id integer not null references opportunity(id),
  text text not null,
  due integer not null,
  side text not null,
  owner_id integer references person(id),
  partner_id integer references partner(id),
  author_id integer not null references person(id),
  state text not null,
  finished integer
);
create index plan_step_opportunity on plan_step(opportunity_id, state, due);
create index plan_step_due on plan_step(due, id);
create index plan_step_partner on plan_step(partner_id, state, due);
create index plan_step_owner on plan_step(owner_id, state, due);
create index plan_step_created on plan_step(created, id);

create table opportunity_comment (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  opportunity_id integer not null references opportunity(id),
  partner_id integer references partner(id),
  text text not null,
  author_id integer not null references person(id),
  side text not null,
  state text not null
);
create index opportunity_comment_opportunity on opportunity_comment(opportunity_id, id);
create index opportunity_comment_partner on opportunity_comment(partner_id, id);
create index opportunity_comment_author on opportunity_comment(author_id, id);
create index opportunity_comment_created on opportunity_comment(created, id);
