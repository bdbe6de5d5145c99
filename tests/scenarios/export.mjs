// Lists as files: what the list shows, to whom it shows it, whole; in every format, from page, API and command line.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onBoth, deal } from "./lib/tandem.mjs";
import { Browser } from "./lib/browser.mjs";

const bytes = async (t, token, path) => Buffer.from(await (await fetch(`http://127.0.0.1:${t.port}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } })).arrayBuffer());

const temporary = process.env.TMPDIR = mkdtempSync(join(tmpdir(), "tandem-exports.")); // of its own: what is left there is ours
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  await t.must(t.admin, "/custom-fields", { noun: "partner", name: "segment", label: "Segment", kind: "text", partner_sees: false });
  await t.must(t.admin, `/partners/${gold.id}`, { custom: { segment: "=cmd|' /C calc'!A0" } }, { method: "PATCH" });
  const hers = await t.must(gold.token, "/registrations", deal({ company: "Zebulon Feinmechanik", amount: 84000 }));
  await t.must(rival.token, "/registrations", deal({ company: "Yttrium Werke" }));
  for (let i = 0; i < 230; i++) await t.must(t.admin, "/accounts", { name: `Lindqvist ${i}`, country: "SE", status: i % 2 ? "named" : "open" });

  const api = await t.must(t.admin, "/openapi.json");
  const nouns = Object.keys(api.paths).filter((p) => p.endsWith("/export")).map((p) => p.replace("/api/v1", "").replace("/export", ""));
  ok("every list can be exported", nouns.length >= 15, nouns);
  for (const [who, token] of [["administrator", t.admin], ["operations", operations], ["partner", gold.token], ["rival", rival.token]]) {
    for (const noun of nouns) {
      const rows = [];
      let list = await t.api(token, `${noun}?limit=200`);
      const got = await t.api(token, `${noun}/export`);
      if (list.status !== 200) {
        ok(`${noun} is as closed to ${who} as its list`, got.status === list.status, got.text);
        continue;
      }
      for (rows.push(...list.data.items); list.data.next; rows.push(...list.data.items)) list = await t.api(token, `${noun}?limit=200&after=${encodeURIComponent(list.data.next)}`);
      const ids = (l) => l.map((r) => r.id).join();
      ok(`${who} gets of ${noun} what the list shows`, got.status === 200 && ids(got.data) === ids(rows), [rows.length, got.text.slice(0, 300)]);
      const csv = (await t.api(token, `${noun}/export?format=csv`)).text;
      ok(`${who}: ${noun} as CSV has the same rows`, rows.every((r) => csv.includes(r.id)), csv.slice(0, 300));
    }
  }
  const partner = (await t.must(t.admin, "/partners/export"))[0];
  ok("a row is as the API gives it", partner.custom && "version" in partner, partner);
  for (const format of ["csv", "json", "jsonl"]) {
    const seen = (await Promise.all(nouns.map(async (n) => (await t.api(rival.token, `${n}/export?format=${format}`)).text))).join("\n");
    ok(`a rival learns nothing from ${format}`, !/Zebulon|Brightwater|maya@/.test(seen) && !seen.includes(hers.id) && !seen.includes("calc"), /.{80}(Zebulon|Brightwater|maya@).{80}/.exec(seen)?.[0]);
  }

  // filters, search, order
  const named = await t.must(t.admin, "/accounts/export?status=named&search=lindqvist&sort=created");
  ok("filter, search and order apply, beyond a page", named.length === 115 && named[0].name === "Lindqvist 1" && named.at(-1).name === "Lindqvist 229", named.length);
  const all = await t.api(t.admin, "/accounts/export?format=jsonl");
  ok("a line each", all.text.trim().split("\n").map((l) => JSON.parse(l)).length === 232 && all.headers.get("content-type").startsWith("application/jsonl"));
  ok("it is to be saved", /attachment.*accounts\.jsonl/.test(all.headers.get("content-disposition")));
  const csv = (await t.api(t.admin, "/partners/export?format=csv&sort=created")).text;
  ok("a formula is none in CSV", csv.includes("'=cmd|") && csv.split("\r\n")[0].endsWith(",custom.segment"), csv);
  ok("amounts read back", /,84000\.00,/.test((await t.api(gold.token, "/registrations/export?format=csv")).text));
  for (const wrong of ["format=pdf", "limit=3", "after=x", "fields=id", "nonsense=1", "sort=nonsense"]) {
    const r = await t.api(t.admin, `/accounts/export?${wrong}`);
    ok(`${wrong} is refused by its name`, r.status === 422 && r.text.includes(wrong.split("=")[0]), r.text);
  }
  ok("POST is no export", (await t.api(t.admin, "/accounts/export", {})).status === 405);

  // a workbook, read with another program
  const book = join(t.dir, "p.xlsx");
  writeFileSync(book, await bytes(t, t.admin, "/registrations/export?format=xlsx"));
  const sheet = execFileSync("unzip", ["-p", book, "xl/worksheets/sheet1.xml"], { encoding: "utf8" });
  ok("it is a whole archive", execFileSync("unzip", ["-t", book], { encoding: "utf8" }).includes("No errors"));
  ok("amounts are numbers", sheet.includes("<v>84000</v>") && sheet.includes("Zebulon Feinmechanik"), sheet.slice(0, 1500));
  writeFileSync(book, await bytes(t, t.admin, "/partners/export?format=xlsx"));
  const partners = execFileSync("unzip", ["-p", book, "xl/worksheets/sheet1.xml"], { encoding: "utf8" });
  ok("a formula is a text in a workbook", partners.includes("=cmd|") && !partners.includes("<f>"));

  // the page, without a script
  const maya = new Browser(t);
  await maya.signIn("maya@brightwater.example");
  const page = (await maya.fetch(`/registrations?state=${hers.status}`)).text;
  const links = [...page.matchAll(/href="(\/registrations\.[a-z]+\?[^"]+)"/g)].map((m) => m[1].replaceAll("&amp;", "&"));
  ok("the list offers each format with its filters", links.length === 4 && links.every((l) => l.includes("state=")), [...page.matchAll(/.{0,60}registrations.csv.{0,60}/g)].map(String).join() || page.slice(0, 1500));
  for (const link of links) {
    const r = await maya.fetch(link);
    ok(`${link} is a file`, r.status === 200 && /attachment/.test(r.headers.get("content-disposition")) && (/xlsx/.test(link) || (r.text.includes("Zebulon") && !r.text.includes("Yttrium"))), r.text.slice(0, 300));
  }
  ok("signed out there is no export", (await t.fetch("/registrations.csv")).status === 303);

  // the command line
  const cli = t.run("export", "accounts", "--db", t.url, "--key", t.key, "--format", "jsonl", "--filter", "status=named", "--search", "lindqvist");
  ok("the command line filters", cli.trim().split("\n").length === 115);
  const asMaya = t.run("export", "registrations", "--db", t.url, "--key", t.key, "--format", "json", "--as", "maya@brightwater.example");
  ok("the command line as a person", JSON.parse(asMaya).length === 1 && JSON.parse(asMaya)[0].company === "Zebulon Feinmechanik");
  ok("a wrong filter is refused", t.tryRun("export", "accounts", "--db", t.url, "--key", t.key, "--filter", "nonsense=1").status === 1);
  ok("a wrong noun is a wrong use", t.tryRun("export", "nonsense", "--db", t.url, "--key", t.key).status === 2);
  ok("no temporary file is left", execFileSync("sh", ["-c", "ls $TMPDIR | grep -c '^tandem-.\\{6\\}$' || true"], { encoding: "utf8" }).trim() === "0");
});
