-- Referral links of partners: the address that a partner passes on, what came of it by day, and the forms of its page
-- that were received, so that none counts twice. Of a lead: the link that it came by, and what was agreed to.
create table referral_link (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  partner_id integer not null references partner(id),
  product_line_id integer references product_line(id),
  keeps integer not null,
  code text not null unique,
  form_key text not null,
  state text not null,
  person_id integer references person(id)
);
create index referral_link_created on referral_link(created, id);
create index referral_link_partner on referral_link(partner_id, state, id);
create index referral_link_state on referral_link(state, id);

create table referral_day (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  referral_link_id integer not null references referral_link(id),
  partner_id integer not null references partner(id),
  day integer not null,
  visits integer not null,
  leads integer not null
);
create unique index referral_day_once on referral_day(referral_link_id, day);
create index referral_day_partner on referral_day(partner_id, day, id);
create index referral_day_day on referral_day(day, id);
create index referral_day_created on referral_day(created, id);

create table referral_form (
  hash blob primary key,
  used integer not null
) without rowid;
create index referral_form_used on referral_form(used);

alter table lead add column referral_link_id integer references referral_link(id);
alter table lead add column consent_text text;
create index lead_referral_link on lead(referral_link_id, id);
