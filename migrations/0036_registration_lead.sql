-- The lead that a registration comes from, so that each leads to the other.
alter table registration add column lead_id integer references lead(id);
create index registration_lead on registration(lead_id, id) where lead_id is not null;
