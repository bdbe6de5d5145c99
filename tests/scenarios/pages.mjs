// The pages of registering: the check, the form that was refused, the decision, the queue, links to sign in.
import { Browser } from "./lib/browser.mjs";
import { onBoth, deal } from "./lib/tandem.mjs";

const text = (html) => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

await onBoth(async (t, ok) => {
  const server = await t.start();
  const { gold, rival, lines } = await t.cast();
  const maya = new Browser(t), otto = new Browser(t), ruth = new Browser(t);
  await maya.signIn("maya@brightwater.example");
  await otto.signIn("otto@cedarline.example");
  await ruth.signIn("ruth@velmora.example");
  const token = new Map(await Promise.all([maya, otto, ruth].map(async (b) => [b, await b.csrf("/rules")])));
  const fields = (more = {}) => ({ ...deal(), product_line_id: lines[0].id, page: "/register", then: "/register?done={id}", ...more });
  const post = (b, path, more, headers) => b.post(path, { csrf: token.get(b), ...more }, headers);

  // whoever is signed in begins with what waits
  for (const [b, where] of [[maya, "/today"], [ruth, "/today"], [new Browser(t), "/sign-in"]])
    ok(`the start page leads to ${where}`, (await b.fetch("/")).headers.get("location") === where);

  // what browsers ask for by the way is there
  const icon = await new Browser(t).fetch("/favicon.ico");
  const drawn = await new Browser(t).fetch(icon.headers.get("location"));
  ok("an icon where browsers look for one", icon.status === 302 && drawn.status === 200 && drawn.headers.get("content-type").startsWith("image/svg+xml"), icon.status);

  // registered, and the decision stands on the page that registered
  const sent = await post(maya, "/registrations/register", fields());
  const done = await maya.fetch(sent.headers.get("location"));
  const said = text(done.text);
  ok("the decision is shown with what it earns", /Approved/.test(said) && /€10,080/.test(said) && /12% registration margin/.test(said), said);
  ok("with the rule that decided", /Certified partner, free account/.test(said) && /Decided by rule 12 in the request, without a person/.test(said), said);
  const id = /reg_[0-9A-Z]{13}/.exec(sent.headers.get("location"))[0];
  const receipt = await maya.fetch(`/registrations/${id}/receipt`);
  ok("the receipt is a file", receipt.headers.get("content-disposition") === `attachment; filename="${id}.receipt.json"` && receipt.data.statement.id === id);

  // the decision's own record: when, and its facts folded
  const decisions = (await ruth.fetch("/decisions")).text;
  const record = (await ruth.fetch(/\/decisions\/dec_[0-9A-Z]{13}/.exec(decisions)[0])).text;
  ok("a list of decisions and each of them tell when", /<th [^>]*aria-sort="descending"[^>]*>Decided</.test(decisions) && /<dt>Decided<\/dt><dd>\d+ \w+ \d{4}, \d\d:\d\d/.test(record), record.slice(-2000));
  ok("what machines read is folded", /<details class="more"><summary>Show/.test(record) && /&quot;partner.tier&quot;: &quot;gold&quot;/.test(record), record.slice(-2000));

  // the check answers where it was asked, keeps what was typed, and names nobody
  const check = await post(otto, "/registrations/check", fields({ company: "Korvath Maschinenbau GmbH", amount: "1234" }));
  ok("a check without script shows the form again with the answer", check.status === 200 && /Not open\./.test(check.text) && check.text.includes('value="1234"'), check.text);
  const live = await post(otto, "/registrations/check", fields({ company: "Korvath Maschinenbau GmbH" }), { "HX-Request": "true" });
  ok("the script gets the answer alone", live.status === 200 && /Not open\./.test(live.text) && !/<form|<html/.test(live.text), live.text);
  const mail = await post(otto, "/registrations/check", fields({ company: "gmail.com" }), { "HX-Request": "true" });
  ok("what is wrong is an answer, too", mail.status === 200 && /mail provider/.test(mail.text), mail.text);
  ok("no company, no answer", !/answer/.test((await post(otto, "/registrations/check", fields({ company: "" }), { "HX-Request": "true" })).text));
  const lost = text((await otto.fetch((await post(otto, "/registrations/register", fields())).headers.get("location"))).text);
  ok("a decline offers the way on", /Declined/.test(lost) && /Join the waitlist/.test(lost), lost);
  ok("and names neither the other partner nor a day of its", !/Brightwater|Maya|Protected for you until/.test(lost), lost);

  // what only a page of ours asks, or a program, has no form of its own: not there, as any other address
  const asks = [`/opportunities/quarters`, `/merges/preview`, `/registrations/${id}/extend_check`];
  for (const [b, path] of [[ruth, asks[0]], [ruth, asks[1]], [maya, asks[2]], [maya, asks[0]]]) {
    const form = await b.fetch(path), answer = await post(b, path), none = await b.fetch(`${path}s`);
    ok(`${path.replace(/_\w{13}/, "_…")} is no page`, none.status === 404 && form.status === 404 && answer.status === 404 && text(form.text) === text(none.text), [form.status, answer.status, none.status]);
  }
  ok("nor is it one for a form that names it as its own", (await post(ruth, asks[1], { page: asks[1] })).status === 404);

  // refused: all problems at once, what was typed stays
  const bad = await post(maya, "/registrations/register", fields({ company: "gmail.com", close_month: "2001-01" }));
  ok("a refused form tells every problem", bad.status === 422 && /2 fields need a change/.test(text(bad.text)) && bad.text.includes('value="gmail.com"'), bad.status);

  // the queue
  const waits = await t.must(gold.token, "/registrations", deal({ company: "Castellane Pharma", amount: 310000 }));
  const queue = await ruth.fetch("/queue");
  ok("the queue says who asks and why", /Castellane Pharma/.test(queue.text) && /Everything else/.test(queue.text) && /Due in 2[34] h/.test(text(queue.text)), text(queue.text));
  const noReason = await post(ruth, `/registrations/${waits.id}/decline`, { page: "/queue", then: "/queue" });
  ok("without a reason its form stays open", noReason.status === 422 && /<details class="decide" open>/.test(noReason.text));
  const declined = await post(ruth, `/registrations/${waits.id}/decline`, { page: "/queue", then: "/queue", reason: "They buy through a framework contract." });
  ok("with a reason it leaves the queue", declined.headers.get("location") === "/queue" && !/Castellane/.test((await ruth.fetch("/queue")).text));
  const theirs = text((await maya.fetch(`/registrations/${waits.id}`)).text);
  ok("the partner reads the reason, not who gave it", /They buy through a framework contract/.test(theirs) && !/Halvorsen/.test(theirs), theirs);
  ok("the vendor reads who", /Declined by Ruth Halvorsen/.test(text((await ruth.fetch(`/registrations/${waits.id}`)).text)));

  // what the vendor knows stays with the vendor
  await t.must(t.admin, "/accounts", { name: "Hollin Bearings Ltd", country: "GB", status: "open" });
  const alike = await t.must(rival.token, "/registrations", deal({ company: "Hollyn Bearings", country: "GB" }));
  ok("the vendor sees the company that it looks like", /Hollin Bearings Ltd/.test((await ruth.fetch(`/registrations/${alike.id}`)).text), alike.decision);
  ok("the partner does not", !/Hollin/.test((await otto.fetch(`/registrations/${alike.id}`)).text + JSON.stringify(alike)));

  // a link to sign in leads on to where somebody wanted to go, and nowhere else
  for (const [next, led] of [["/registrations", true], ["//evil.example", false], ["/\\evil.example", false]]) {
    const b = new Browser(t), before = server.log().length;
    await b.post("/people/sign_in_link", { csrf: await b.csrf("/sign-in"), email: "maya@brightwater.example", next, page: "/sign-in", then: "/sign-in?sent=1" });
    let link;
    for (let i = 0; i < 50 && !link; i++) {
      await new Promise((r) => setTimeout(r, 50));
      link = /http\S*?(\/sign-in\/[^\s\\"]+)/.exec(server.log().slice(before))?.[1];
    }
    const page = await b.fetch(link);
    ok(`the link ${led ? "leads on to" : "forgets"} ${next}`, /name="then" value="([^"]*)"/.exec(page.text)?.[1] === (led ? next : "/"), link);
  }
  ok("graceful stop", (await t.stop()) === 0);
});
