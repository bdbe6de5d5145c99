-- Leads, to whom they were offered, and the keys by which a company that is there already is found again. Of a
-- partner: the languages that it speaks and the industries that it knows.
alter table partner add column languages text;
alter table partner add column industries text;

create table lead (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  company text not null,
  domain text,
  country text,
  contact_name text,
  contact_email text,
  contact_phone text,
  product_line_id integer references product_line(id),
  language text,
  industry text,
  size text,
  need text,
  source text not null,
  referrer_id integer references partner(id),
  consent text,
  consent_at integer,
  state text not null,
  partner_id integer references partner(id),
  person_id integer references person(id),
  owner_id integer references person(id),
  account_id integer references account(id),
  opportunity_id integer references opportunity(id),
  joined_lead_id integer references lead(id),
  contacted integer,
  reason text,
  reason_note text,
  external_id text unique
);
create index lead_created on lead(created, id);
create index lead_state on lead(state, id);
create index lead_partner on lead(partner_id, state, id);
create index lead_industry on lead(industry, state, partner_id);
create index lead_product_line on lead(product_line_id, id);
create index lead_account on lead(account_id, id);
create index lead_opportunity on lead(opportunity_id, state);
create index lead_referrer on lead(referrer_id, id);
create index lead_joined on lead(joined_lead_id, id);
create index lead_owner on lead(owner_id, id);
create index lead_country on lead(country, id);
create index lead_source on lead(source, id);

create table lead_key (
  key text not null,
  lead_id integer not null references lead(id),
  primary key (key, lead_id)
) without rowid;

create table lead_offer (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  lead_id integer not null references lead(id),
  partner_id integer not null references partner(id),
  person_id integer references person(id),
  state text not null,
  due integer,
  product_line_id integer references product_line(id),
  country text,
  language text,
  industry text,
  size text,
  need text,
  score_percent integer,
  parts text,
  reason text,
  reason_note text
);
create unique index lead_offer_once on lead_offer(lead_id, partner_id);
create unique index lead_offer_open on lead_offer(lead_id) where state = 'offered';
create index lead_offer_partner on lead_offer(partner_id, state, id);
create index lead_offer_due on lead_offer(state, due, id);
create index lead_offer_created on lead_offer(created, partner_id, state);
