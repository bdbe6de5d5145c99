-- Co-sell requests between vendor and partner; what a partner may read of one before it accepts stands in columns of
-- its own. An account's industry: one of the programme's by its key, or the CRM's word.
alter table account add column industry text;
create index account_near on account(country, industry, id) where industry is not null;
create index account_industry on account(industry, id);
create index registration_won on registration(account_id, partner_id, ended) where state = 'won';

create table cosell_request (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  subject text not null,
  kind text not null,
  text text not null,
  asked_by text not null,
  state text not null,
  partner_id integer not null references partner(id),
  asker_id integer not null references person(id),
  person_id integer references person(id),
  due integer not null,
  country text,
  industry text,
  amount_band text,
  product_line_id integer references product_line(id),
  registration_id integer references registration(id),
  answered integer,
  answered_by integer references person(id),
  reason text,
  answer text,
  deal_id integer references opportunity(id),
  account_id integer references account(id),
  opportunity_id integer references opportunity(id),
  shared text,
  origin text not null,
  reasons text,
  score integer,
  evidence text
);
create index cosell_request_created on cosell_request(created, id);
create index cosell_request_due on cosell_request(state, due, id);
create index cosell_request_partner on cosell_request(partner_id, state, id);
create index cosell_request_asker on cosell_request(asker_id, id);
create index cosell_request_account on cosell_request(account_id, id) where account_id is not null;
create index cosell_request_opportunity on cosell_request(opportunity_id, id) where opportunity_id is not null;
create index cosell_request_deal on cosell_request(deal_id, id) where deal_id is not null;
create index cosell_request_registration on cosell_request(registration_id, id) where registration_id is not null;
create index cosell_request_side on cosell_request(asked_by, state, id);
create index cosell_request_kind on cosell_request(kind, id);
create index cosell_request_origin on cosell_request(origin, id);

-- Chances of co-selling, kept from the feed: which partner could help at which account, best first. "cosell_look" says
-- when an account is looked at again; "marked" counts what happened there.
create table cosell_chance (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  account_id integer not null references account(id),
  partner_id integer not null references partner(id),
  score integer not null,
  foothold text not null,
  opportunity_id integer references opportunity(id),
  product_line_id integer references product_line(id),
  owner_id integer references person(id),
  amount integer,
  currency text,
  country text,
  industry text,
  manager_id integer references person(id),
  reasons text,
  evidence text not null
);
create unique index cosell_chance_once on cosell_chance(account_id, partner_id);
create index cosell_chance_score on cosell_chance(score, id);
create index cosell_chance_created on cosell_chance(created, id);
create index cosell_chance_partner on cosell_chance(partner_id, score, id);
create index cosell_chance_manager on cosell_chance(manager_id, score, id);
create index cosell_chance_owner on cosell_chance(owner_id, score, id);
create index cosell_chance_product on cosell_chance(product_line_id, score, id);
create index cosell_chance_country on cosell_chance(country, score, id);
create index cosell_chance_industry on cosell_chance(industry, score, id);
create index cosell_chance_foothold on cosell_chance(foothold, score, id);
create index cosell_chance_opportunity on cosell_chance(opportunity_id) where opportunity_id is not null;
create table cosell_look (
  account_id integer primary key references account(id),
  due integer not null,
  marked integer not null
);
create index cosell_look_due on cosell_look(due, account_id);
