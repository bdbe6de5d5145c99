// Reviews: planned, walked through, noted, mailed, planned again; and the calendar feed, read by ical.js.
import ICAL from "ical.js";
import { Browser } from "./lib/browser.mjs";
import { onBoth, deal } from "./lib/tandem.mjs";
import { until } from "./lib/load.mjs";

await onBoth(async (t, ok) => {
  const server = await t.start();
  const { gold, rival, operations } = await t.cast();
  const status = async (token, path, json, more) => (await t.api(token, path, json, more)).status;
  const day = (n) => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);
  const jonas = await t.must(t.admin, "/people", { name: "Jonas Adeyemi", email: "jonas@velmora.example", role: "partner_manager" });
  const manager = t.token("jonas@velmora.example");
  await t.must(t.admin, `/partners/${gold.id}`, { manager_id: jonas.id }, { method: "PATCH" });
  const reg = await t.must(gold.token, "/registrations", deal());
  const [maya] = (await t.must(t.admin, `/people?partner_id=${gold.id}`)).items, [otto] = (await t.must(t.admin, `/people?partner_id=${rival.id}`)).items;

  // ---- planning ----
  const plan = { partner_id: gold.id, day: day(2), time: "14:30", every_days: 7, place: "Room 2; left, door" };
  for (const [why, json] of [["a day that has passed", { ...plan, day: day(-1) }], ["no time of day", { ...plan, time: "25:00" }], ["a leader of a partner", { ...plan, manager_id: maya.id }]])
    ok(`${why} is refused`, (await status(manager, "/reviews", json)) === 422);
  ok("a partner does not plan", (await status(gold.token, "/reviews", plan)) === 403);
  const review = await t.must(manager, "/reviews", plan);
  ok("it is planned, half an hour, by its leader", review.state === "planned" && review.minutes_long === 30 && review.manager_id === jonas.id, review);
  ok("the partner is told", (await t.must(gold.token, "/notices")).items.some((n) => n.path?.includes(review.id) || /Pipeline review/.test(n.text)));
  ok("a rival knows nothing", (await status(rival.token, `/reviews/${review.id}`)) === 404 && (await t.must(rival.token, "/reviews")).items.length === 0 && !(await t.must(rival.token, "/notices")).items.some((n) => /review/.test(n.text)));

  // ---- the feed ----
  const browser = async (email) => { const b = new Browser(t); await b.signIn(email); return b; };
  ok("a token makes no address", [404, 405].includes(await status(gold.token, "/tokens/calendar", {})));
  const feedOf = async (email) => {
    const b = await browser(email), form = (await b.fetch("/tokens/calendar")).text;
    const csrf = /name="csrf" value="([^"]+)"/.exec(form)[1];
    const page = (await b.post("/tokens/calendar", { csrf })).text;
    return /\/calendar\/(tdm_[\w-]+)/.exec(page)[1];
  };
  const get = (secret) => fetch(`http://127.0.0.1:${t.port}/calendar/${secret}`);
  const events = async (secret) => {
    const r = await get(secret), text = await r.text();
    ok("it is a calendar, in lines of 75 octets", r.headers.get("content-type").startsWith("text/calendar") && text.split("\r\n").every((l) => Buffer.byteLength(l) <= 75) && !/[^\r]\n/.test(text));
    return new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((v) => new ICAL.Event(v));
  };
  await t.must(gold.token, "/tasks", { text: "Call, then write; \\ done", registration_id: reg.id, due: day(3) });
  const mine = await feedOf("maya@brightwater.example");
  const before = await events(mine);
  const find = (list, id) => list.find((e) => e.uid === `${id}@tandem`);
  const at = find(before, review.id);
  ok("with the review, in UTC", at && at.startDate.toJSDate().toISOString() === review.starts.replace(/\.\d+Z/, ".000Z") && at.endDate.toJSDate() - at.startDate.toJSDate() === 30 * 60e3 && at.location === "Room 2; left, door", before.map(String));
  ok("the end of the protection, all day", find(before, reg.id)?.startDate.isDate && /Korvath/.test(find(before, reg.id).summary));
  ok("and the task, word for word", before.some((e) => e.summary === "Call, then write; \\ done" && e.startDate.toString() === day(3)));
  const his = await feedOf("jonas@velmora.example"), theirs = await feedOf("otto@cedarline.example");
  ok("its leader has it with the partner's name", /Brightwater/.test(find(await events(his), review.id)?.summary ?? ""));
  ok("a rival's calendar is empty", (await events(theirs)).length === 0);
  await t.must(manager, `/reviews/${review.id}/move`, { day: day(4), time: "09:00" });
  const moved = find(await events(mine), review.id);
  ok("moved, it keeps its UID under a higher SEQUENCE", moved.sequence > at.sequence && !moved.startDate.compare(ICAL.Time.fromJSDate(at.startDate.toJSDate(), true)) === false);
  await t.must(manager, `/reviews/${review.id}/cancel`, {});
  ok("cancelled, it is struck out", find(await events(mine), review.id).component.getFirstPropertyValue("status") === "CANCELLED");
  await t.must(manager, `/reviews/${review.id}/reopen`, {});
  ok("a secret address reads nothing but the feed", (await status(mine, "/registrations")) === 403 && (await status(mine, "/tasks", { text: "x" })) === 403);
  ok("an API token is no calendar, nor a made-up one", (await get(gold.token)).status === 404 && (await get("tdm_" + "A".repeat(43))).status === 404);
  const token = (await t.must(gold.token, "/tokens")).items.find((x) => x.scopes.includes("calendar"));
  await t.must(gold.token, `/tokens/${token.id}/revoke`, {});
  ok("revoked, it is gone", (await get(mine)).status === 404);

  // ---- walking through it ----
  const commit = { kind: "commitment", text: "Narwhal: send the offer", owner_id: maya.id, due: day(1), registration_id: reg.id };
  for (const [why, json] of [["a commitment of nobody", { ...commit, owner_id: undefined }], ["one of a rival's people", { ...commit, owner_id: otto.id }]])
    ok(`${why} is refused`, (await status(manager, `/reviews/${review.id}/note`, json)) === 422);
  await t.must(manager, `/reviews/${review.id}/note`, commit);
  await t.must(gold.token, `/reviews/${review.id}/note`, { kind: "decision", text: "Ibex: no discount" });
  ok("a commitment is a task of who gave it", (await t.must(gold.token, "/tasks")).items.some((x) => /Narwhal/.test(x.text) && x.owner_id === maya.id && x.due === day(1)) && !(await t.must(manager, "/tasks")).items.some((x) => /Narwhal/.test(x.text)));
  ok("a rival reads no point", (await t.must(rival.token, "/review-points")).items.length === 0 && (await status(rival.token, `/reviews/${review.id}/note`, { kind: "decision", text: "x" })) === 404);
  const lead = await browser("jonas@velmora.example");
  const page = (await lead.fetch(`/reviews/${review.id}`)).text;
  const theirPage = (await (await browser("maya@brightwater.example")).fetch(`/reviews/${review.id}`)).text;
  ok("its details name who leads it, to whom the name is told", /<dt>Led by<\/dt><dd>[^]*?Jonas Adeyemi/.test(page) && /<dt>Topic<\/dt>/.test(theirPage) && !/Led by/.test(theirPage), theirPage.slice(-2500));
  ok("how often it was moved is for programs", !/Changes of the appointment/.test(page) && (await t.must(manager, `/reviews/${review.id}`)).sequence === 3);
  ok("the agenda has the deal, the points and who is there", /Without a next step/.test(page) && /Korvath/.test(page) && /Narwhal/.test(page) && /Ibex/.test(page), page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "));
  t.sql(`update registration set close_month = 20000 where company like 'Korvath%'`);
  ok("past its month it stands there first", /Past the close date/.test((await lead.fetch(`/reviews/${review.id}`)).text));

  // ---- opportunities that the partner works on ----
  const account = await t.must(t.admin, "/accounts", { name: "Tapir Werke", status: "open" });
  const open = { account_id: account.id, state: "open", stage: "qualified", amount: 5000, currency: "EUR" };
  const opp = await t.must(t.admin, "/opportunities", { ...open, name: "Quokka deal", closes: day(20) });
  const other = await t.must(t.admin, "/opportunities", { ...open, name: "Okapi deal", closes: day(20) });
  for (const [of, partner] of [[opp, gold], [opp, rival], [other, rival]]) await t.must(t.admin, "/opportunity-members", { opportunity_id: of.id, partner_id: partner.id, role: "co_sell" });
  const words = (html) => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  const agenda = async (who) => words((await who.fetch(`/reviews/${review.id}`)).text);
  const maya_ = await browser("maya@brightwater.example"), otto_ = await browser("otto@cedarline.example");
  ok("it stands on the agenda, without a step", /Without a next step.*Quokka/.test(await agenda(lead)) && !/Okapi/.test(await agenda(lead)));
  const step = await t.must(manager, "/plan-steps", { opportunity_id: opp.id, partner_id: rival.id, text: "Numbat: with the rival", due: day(5), side: "vendor" });
  ok("a step with another partner is none", /Without a next step.*Quokka/.test(await agenda(lead)) && !/Numbat/.test(await agenda(maya_)) && !/Tapir/.test(await agenda(maya_)), await agenda(maya_));
  const own = await t.must(manager, "/plan-steps", { opportunity_id: opp.id, partner_id: gold.id, text: "Wombat: a demo", due: day(6), side: "partner", owner_id: maya.id });
  ok("with one it is what changed", /Changed .*Quokka deal.*Wombat/.test(await agenda(lead)));
  await t.must(manager, `/opportunities/${opp.id}/reschedule`, { closes: day(40) });
  ok("expected later, it slipped", /Slipped .*Quokka deal/.test(await agenda(lead)) && /was /.test(await agenda(lead)));
  const week = async (who, more = "") => words((await who.fetch(`/pipeline/review${more}`)).text);
  ok("the week's review has it for the manager and the partner", /Slipped .*Quokka/.test(await week(lead)) && /Slipped .*Quokka/.test(await week(maya_)) && !/Okapi/.test(await week(lead)));
  ok("a rival's has its own, and only of what it sees", /Okapi/.test(await week(otto_)) && /Numbat/.test(await week(otto_)) && !/Wombat|Korvath/.test(await week(otto_)));
  ok("who manages nobody is no choice", (await lead.fetch(`/pipeline/review?manager=${maya.id}`)).status === 404);
  const after = await events(await feedOf("maya@brightwater.example"));
  ok("the calendar has the step and the expected close", find(after, own.id)?.summary === "Wombat: a demo" && /Quokka/.test(find(after, opp.id)?.summary ?? "") && !find(after, step.id) && !find(after, other.id));
  await t.must(manager, `/opportunities/${opp.id}/lose`, { reason: "no budget" });
  ok("lost, it ended", /Ended .*Quokka/.test(await agenda(lead)) && !/Quokka/.test((await events(await feedOf("maya@brightwater.example"))).map((e) => e.summary).join()));
  const early = await t.api(manager, `/reviews/${review.id}/hold`, { present: ["jonas@velmora.example"] });
  ok("before its day it is not ended, and the page offers no such thing", early.status === 409 && /begins on/.test(early.text) && !/Send the minutes/.test(page) && /once its day has come/.test(page), early.text);
  t.sql(`update review set starts = starts - ${4 * 86400e6}`);
  const day_ = (await lead.fetch(`/reviews/${review.id}`)).text;
  ok("on its day it does, to those who may be there", /Send the minutes/.test(day_) && /maya@brightwater\.example/.test(day_), words(day_));
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)[1];
  const post = (verb, json) => lead.post(`/reviews/${review.id}/${verb}`, { csrf, page: `/reviews/${review.id}`, then: `/reviews/${review.id}?did=review.${verb}`, form: verb, ...json });
  const refused = await post("hold", { present: "jonas@velmora.example\notto@cedarline.example" });
  ok("a rival is not present", refused.status === 422 && /otto@cedarline\.example is nobody/.test(refused.text), refused.text);
  ok("it ends", (await post("hold", { present: "jonas@velmora.example\nmaya@brightwater.example", summary: "Walrus went well." })).status === 303);
  ok("those present get the minutes, nobody else", await until(() => /mail to maya@brightwater.example: Minutes/.test(server.log()) && /mail to jonas@velmora.example: Minutes/.test(server.log()), 30) && !/mail to otto@cedarline.example: Minutes/.test(server.log()) && /Ibex: no discount/.test(server.log()));
  const kept = await t.must(gold.token, `/reviews/${review.id}`);
  ok("they are kept", kept.state === "held" && kept.summary === "Walrus went well." && kept.held);
  const next = (await t.must(manager, "/reviews?state=planned")).items;
  ok("the next is a week later at the same hour", next.length === 1 && Math.abs(new Date(next[0].starts) - new Date(kept.starts) - 7 * 86400e3) <= 3600e3, next);
  ok("who was there leaves a touchpoint", (await t.must(gold.token, "/touchpoints")).items.some((x) => x.kind === "review" && x.person_id === maya.id));
  ok("a held one is not noted on", (await status(manager, `/reviews/${review.id}/note`, { kind: "decision", text: "x" })) === 409);
});
