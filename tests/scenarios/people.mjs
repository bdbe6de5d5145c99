// People: inviting, roles, letting go; and two who do it at the same time.
import { Browser } from "./lib/browser.mjs";
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start("--lanes", "4");
  const { gold, rival, operations } = await t.cast();
  const invite = (token, email, role, partner_id, more = {}) => t.api(token, "/people", { name: "Somebody", email, role, partner_id, ...more });
  const patch = (token, id, body) => t.api(token, `/people/${id}`, body, { method: "PATCH" });
  const field = (r, name) => r.status === 422 && r.data.errors?.some((e) => e.field === name);

  // a partner's administrator: its own company, its own roles
  const boss = (await t.must(t.admin, "/people", { name: "Boss", email: "boss@brightwater.example", role: "partner_admin", partner_id: gold.id }));
  const bossToken = t.token("boss@brightwater.example");
  const nina = await invite(bossToken, "nina@brightwater.example", "partner_seller");
  ok("a partner's administrator invites into its own company", nina.status === 201 && nina.data.partner_id === gold.id && nina.data.state === "invited", nina.text);
  for (const role of ["admin", "operations", "partner_manager", "vendor_seller", "executive", "auditor"])
    ok(`but nobody as ${role}`, field(await invite(bossToken, `${role}@brightwater.example`, role), "role"));
  const page = new Browser(t);
  await page.signIn("boss@brightwater.example");
  const offered = [...(await page.fetch("/people/invite")).text.matchAll(/<option value="(partner_\w+|vendor_seller|operations|admin)"/g)].map((m) => m[1]);
  ok("nor does the form offer it", offered.join() === "partner_admin,partner_seller", offered);
  const foreign = await invite(bossToken, "x@cedarline.example", "partner_seller", rival.id);
  ok("and nobody into another's", foreign.status === 422 && !foreign.text.includes("Cedarline"), foreign.text);
  const theirs = (await t.must(t.admin, `/people?partner_id=${rival.id}`)).items[0];
  for (const [what, r] of [["change", await patch(bossToken, theirs.id, { name: "Mine" })], ["deactivate", await t.api(bossToken, `/people/${theirs.id}/deactivate`, {})], ["see", await t.api(bossToken, `/people/${theirs.id}`)]])
    ok(`cannot ${what} another's people`, r.status === 404, r.text);
  ok("raises somebody of its own", (await patch(bossToken, nina.data.id, { role: "partner_admin" })).data?.role === "partner_admin");
  ok("does not move anybody to the vendor", (await patch(bossToken, nina.data.id, { role: "operations" })).status === 422);
  ok("nor to another company", (await patch(bossToken, nina.data.id, { partner_id: rival.id })).status === 422);
  ok("an address is in use once", field(await invite(bossToken, "NINA@brightwater.example", "partner_seller"), "email"));
  // whom the vendor and others know is not told: the same words for an address that is known and one that is not
  await t.must(t.admin, "/people", { name: "Consultant", email: "consultant@elsewhere.example", role: "partner_seller", partner_id: gold.id });
  const answers = [];
  for (const email of ["admin@velmora.example", "nobody@velmora.example", "otto@cedarline.example", "nobody@cedarline.example", "nobody@elsewhere.example", "a@brightwater.example.evil.example", "a@gmail.com"])
    answers.push(await invite(bossToken, email, "partner_seller"));
  ok("an address elsewhere is refused, known or not, in the same words", answers.every((r) => field(r, "email")) && new Set(answers.map((r) => JSON.stringify(r.data.errors))).size === 1, answers.map((r) => r.text));
  ok("the refusal names the own domain", answers[0].text.includes("brightwater.example") && !answers[0].text.includes("use"), answers[0].text);
  ok("a department's domain is the company's", (await invite(bossToken, "max@mail.brightwater.example", "partner_seller")).status === 201);
  for (const domain of [null, "gmail.com"]) {
    await t.must(t.admin, `/partners/${gold.id}`, { domain }, { method: "PATCH" });
    const r = await invite(bossToken, "somebody@gmail.com", "partner_seller");
    ok(`with ${domain ?? "no domain"} the vendor invites`, field(r, "email") && r.text.includes("domain of its own"), r.text);
  }
  await t.must(t.admin, `/partners/${gold.id}`, { domain: "brightwater.example" }, { method: "PATCH" });
  ok("a role needs its company", field(await invite(t.admin, "a@x.example", "partner_seller"), "partner_id"));
  ok("a vendor's role has none", field(await invite(t.admin, "a@x.example", "auditor", gold.id), "partner_id"));
  for (const email of ["", "x", "x@y", "a b@x.example", "a@x.example\r\nBcc: b@x.example", "<a@x.example>", "a@x.example,b@x.example", "ä".repeat(300) + "@x.example"])
    ok(`${JSON.stringify(email).slice(0, 30)} is no address`, field(await invite(t.admin, email, "auditor"), "email"));

  // operations and administrators
  const adminRow = (await t.must(t.admin, "/people?role=admin")).items[0];
  ok("operations makes no administrators", field(await invite(operations, "b@velmora.example", "admin"), "role"));
  for (const [what, r] of [["lower", await patch(operations, adminRow.id, { role: "auditor" })], ["rename", await patch(operations, adminRow.id, { name: "X" })], ["deactivate", await t.api(operations, `/people/${adminRow.id}/deactivate`, {})]])
    ok(`operations does not ${what} an administrator`, r.status === 403, r.text);
  await t.must(t.admin, "/people", { name: "Manager", email: "manager@velmora.example", role: "partner_manager" });
  const managerToken = t.token("manager@velmora.example"), ruth = (await t.must(t.admin, "/people?role=operations")).items[0];
  ok("a partner manager does not change the vendor's people", (await patch(managerToken, ruth.id, { name: "X" })).status === 403);
  ok("but partners'", (await patch(managerToken, nina.data.id, { phone: "+49 1" })).status === 200);
  ok("the last administrator stays one", (await patch(t.admin, adminRow.id, { role: "operations" })).status === 409);
  ok("nobody deactivates himself", (await t.api(t.admin, `/people/${adminRow.id}/deactivate`, {})).status === 409 && (await t.api(bossToken, `/people/${boss.id}/deactivate`, {})).status === 409);

  // letting go, and back
  const browser = new Browser(t);
  await browser.signIn("nina@brightwater.example");
  const ninaToken = t.token("nina@brightwater.example");
  ok("signing in makes the invited active", (await t.must(t.admin, `/people/${nina.data.id}`)).state === "active");
  ok("and is recorded", (await t.must(t.admin, `/people/${nina.data.id}`)).last_seen !== null);
  ok("where the partner does not see it", (await t.must(bossToken, `/people/${nina.data.id}`)).last_seen === undefined);
  ok("deactivated", (await t.api(bossToken, `/people/${nina.data.id}/deactivate`, {})).data?.state === "inactive");
  ok("the session is over", (await browser.fetch("/me")).status === 303);
  ok("the token is nobody's", (await t.api(ninaToken, "/people")).status === 401);
  ok("no link is made for her", t.tryRun("link", "--db", t.url, "--key", t.key, "--user", "nina@brightwater.example").status === 1);
  ok("twice is refused", (await t.api(bossToken, `/people/${nina.data.id}/deactivate`, {})).status === 409);
  ok("and back", (await t.api(bossToken, `/people/${nina.data.id}/activate`, {})).data?.state === "active" && (await browser.fetch("/me")).status === 303);

  // at the same time
  const outcome = (rs) => rs.map((r) => r.status).sort().join();
  for (let round = 0; round < 5; round++) {
    const others = [];
    for (const name of ["first", "second"]) {
      const p = await t.must(t.admin, "/people", { name, email: `${name}${round}@velmora.example`, role: "admin" });
      others.push({ id: p.id, token: t.token(`${name}${round}@velmora.example`) });
    }
    const [first, second] = others;
    await t.must(t.admin, "/people", { name: "Spare", email: `spare${round}@velmora.example`, role: "auditor" });
    await t.must(first.token, `/people/${adminRow.id}/deactivate`, {});
    const both = await Promise.all([t.api(first.token, `/people/${second.id}/deactivate`, {}), t.api(second.token, `/people/${first.id}/deactivate`, {})]);
    const left = both.findIndex((r) => r.status === 200);
    ok("of two administrators who let each other go one stays", both.filter((r) => r.status === 200).length === 1, both.map((r) => r.text));
    await t.must(others[left].token, `/people/${adminRow.id}/activate`, {});
    await t.must(t.admin, `/people/${others[left].id}/deactivate`, {});
    const same = await Promise.all(Array.from({ length: 4 }, () => invite(t.admin, `same${round}@x.example`, "auditor")));
    ok("of four invitations to one address one is made", outcome(same) === "201,422,422,422", outcome(same));
    const r = await t.must(gold.token, "/registrations", deal({ company: `At Once ${round} Werke` }));
    const ended = await Promise.all(["withdraw", "lose", "withdraw", "lose"].map((verb) => t.api(gold.token, `/registrations/${r.id}/${verb}`, {})));
    ok("of four who end a registration one does", outcome(ended) === "200,409,409,409", outcome(ended));
    const account = await t.must(t.admin, "/accounts", { name: `Named ${round} Logistik`, country: "DE", status: "named" });
    const waiting = await t.must(gold.token, "/registrations", deal({ company: account.name }));
    const ruled = await Promise.all(["approve", "decline", "approve", "decline"].map((verb) => t.api(operations, `/registrations/${waiting.id}/${verb}`, { reason: verb })));
    ok("of four rulings one counts", outcome(ruled) === "200,409,409,409" && (await t.must(t.admin, `/decisions?registration_id=${waiting.id}`)).items.length === 2, outcome(ruled));
    const key = { headers: { "Idempotency-Key": `withdraw-${round}` } }, again = ["approved", "review"].includes((await t.must(gold.token, `/registrations/${waiting.id}`)).status);
    if (again) {
      const once = await Promise.all([0, 1, 2].map(() => t.api(gold.token, `/registrations/${waiting.id}/withdraw`, {}, key)));
      ok("with one key all get the one answer", outcome(once) === "200,200,200", once.map((x) => x.text));
    }
  }
  ok("everything stands", t.check().status === 0, t.check().stdout);
  ok("graceful stop", (await t.stop()) === 0);
});
