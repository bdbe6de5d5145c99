-- Indexes that no query uses cost every registration a page each; of two others most entries say nothing.
drop index decision_partner;
drop index event_partner;
drop index protection_until;
drop index custom_value_num;
create index custom_value_num on custom_value(field_id, num, row_id) where num is not null;
drop index registration_opportunity;
create index registration_opportunity on registration(opportunity_id) where opportunity_id is not null;

-- The list of one state, newest first: without it all rows of the state are sorted for the first fifty.
create index registration_state on registration(state, created, id);
