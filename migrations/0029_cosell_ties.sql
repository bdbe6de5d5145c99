-- Which of our accounts stand on a list, by the id that Tandem's own lists carry; whether somebody exported it.
create index population_row_external on population_row(population_id, external_id) where external_id is not null;
create index mapping_look_exported on mapping_look(count_id, created) where kind = 'export';

-- What partners have won in a country and industry, counted by a job: the partners with most of it. Nothing asks for
-- wins account by account any more.
create table cosell_near (
  country text not null,
  industry text not null,
  partner_id integer not null references partner(id),
  n integer not null,
  newest integer not null,
  primary key (country, industry, partner_id)
);
drop index registration_won;
