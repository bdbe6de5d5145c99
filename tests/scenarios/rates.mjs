// Amounts in other currencies by dated rates; answers that are due in working hours.
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  const amount = (r) => r.data.decision.facts.find((f) => f.name === "registration.amount")?.value;
  const day = (back) => new Date(Date.now() - back * 864e5).toISOString().slice(0, 10);

  // without a rate nothing is guessed
  const before = await t.api(gold.token, "/registrations", deal({ company: "Glenmorra", amount: 100000, currency: "CHF" }));
  ok("without a rate a person reads it", before.data.status === "review" && amount(before) === undefined, before.text);

  // the newest rate that is not of a later day
  for (const [back, rate] of [[30, 0.5], [3, 0.8], [-3, 0.1]]) await t.must(operations, "/currency-rates", { currency: "CHF", day: day(back), rate });
  const after = await t.api(gold.token, "/registrations", deal({ company: "Ardenmill", amount: 100000, currency: "CHF" }));
  ok("with one it is decided at once", after.data.status === "approved", after.text);
  ok("by the amount in the programme's currency", /125[.,]000/.test(String(amount(after))), amount(after));
  ok("it keeps its own amount and currency", after.data.amount === "100000.00" && after.data.currency === "CHF", after.text);
  ok("the limit counts in the programme's currency", (await t.api(gold.token, "/registrations", deal({ company: "Perrimont", amount: 210000, currency: "CHF" }))).data.status === "review");
  const yen = await t.must(operations, "/currency-rates", { currency: "JPY", day: day(1), rate: 160 });
  const tokyo = await t.api(gold.token, "/registrations", deal({ company: "Tarnhelm", amount: 16000000, currency: "JPY" }));
  ok("currencies without cents convert, too", /100[.,]000/.test(String(amount(tokyo))), amount(tokyo));
  await t.must(operations, `/currency-rates/${yen.id}`, { rate: 80 }, { method: "PATCH" });
  const kept = await t.api(gold.token, `/registrations/${tokyo.data.id}`);
  ok("a corrected rate changes no decision", /100[.,]000/.test(String(amount(kept))), amount(kept));

  // who may, and what is refused
  const refused = async (more) => (await t.api(operations, "/currency-rates", { currency: "CHF", day: day(9), rate: 1, ...more })).data.errors?.map((e) => e.field).join();
  ok("a rate is above zero", (await refused({ rate: 0 })) === "rate" && (await refused({ rate: -1 })) === "rate");
  ok("the programme's own currency has none", (await refused({ currency: "EUR" })) === "currency");
  ok("a day has one rate", (await refused({ day: day(3) })) !== undefined);
  ok("partners read rates", (await t.must(rival.token, "/currency-rates")).items.length === 4);
  ok("and set none", (await t.api(rival.token, "/currency-rates", { currency: "USD", day: day(0), rate: 1 })).status === 403);
  const csv = t.file("rates.csv", `Date;Currency;Rate\n${day(2)};USD;1,0842\n${day(3)};CHF;0,9\n`);
  t.run("import", "rates", csv, "--db", t.url, "--key", t.key);
  const rates = await t.must(operations, "/currency-rates?currency=USD");
  ok("rates are imported", rates.items.length === 1 && rates.items[0].rate === 1.0842, rates);
  ok("an import corrects by currency and day", (await t.must(operations, `/currency-rates?currency=CHF`)).items.some((r) => r.rate === 0.9 && r.day === day(3)));

  // working hours
  const document = JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key));
  const last = document.rules.at(-1);
  last.review_hours = 8;
  last.working_hours = true;
  document.calendar = { workdays: ["wed"], from: "10:00", to: "18:00", holidays: [] };
  t.run("programme", "apply", t.file("p.json", JSON.stringify(document)), "--db", t.url, "--key", t.key);
  const waits = await t.api(gold.token, "/registrations", deal({ company: "Quelmora", amount: 900000 }));
  const due = new Date(waits.data.review_due);
  const berlin = (d) => new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", weekday: "short", hour: "2-digit", minute: "2-digit" }).format(d);
  ok("the answer is due on a working day, in its hours", /^Wed/.test(berlin(due)) && due - Date.now() <= 15 * 864e5, berlin(due));
  const broken = async (calendar) => (await t.tryRun("programme", "apply", t.file("b.json", JSON.stringify({ ...document, calendar })), "--dry-run", "--db", t.url, "--key", t.key)).stderr;
  ok("a calendar without days is refused", /calendar\.workdays/.test(await broken({ workdays: [] })));
  ok("so are hours that end before they begin", /calendar\.to/.test(await broken({ from: "17:00", to: "09:00" })));
  ok("and days that there are not", /calendar\.holidays\[0\]/.test(await broken({ holidays: ["2026-02-30"] })));
  ok("everything stands", t.check().status === 0, t.check().stdout);
});
