// Every example of the documentation works as it stands, called in the demo by somebody of the operation's roles: the steps of
// the OpenAPI document (x-example), and the same as a shell command and as JavaScript, word for word from the pages. What it
// answers is what the document shows: the same members of the same types, in the same state.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { OpenApi } from "./lib/openapi.mjs";
import { misshapen, requests, send } from "./lib/postman.mjs";
import { Tandem, ok, onBoth } from "./lib/tandem.mjs";

const PEOPLE = [
  ["admin", "samuel.odhiambo@velmora.example"],
  ["operations", "ruth.halvorsen@velmora.example"],
  ["partner_manager", "jonas.adeyemi@velmora.example"],
  ["partner_manager", "nadia.petrescu@velmora.example"], // decides disputes
  ["vendor_seller", "ines.okafor@velmora.example"],
  ["executive", "tomas.brandt@velmora.example"],
  ["auditor", "edith.vasserman@velmora.example"],
  ["partner_admin", "piet.waalkens@brightwater.example"],
  ["partner_seller", "maya.lindqvist@brightwater.example"],
];

// What takes two people, or a browser, comes before the example.
async function publish(t, change, ...more) {
  const document = JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key));
  change(document);
  t.run("programme", "apply", t.file("programme.json", JSON.stringify(document)), "--db", t.url, "--key", t.key, "--note", "For the example", ...more);
}
const later = () => new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
// A partner asks for a customer that another one holds; waits for it, until that one is lost.
async function ask(t) {
  const maya = t.token("maya.lindqvist@brightwater.example");
  const { items: [line] } = await t.must(maya, "/product-lines?name=Flowgate");
  return [maya, await t.must(maya, "/registrations", { company: "Thornquay Ports", country: "GB", product_line_id: line.id, amount: "1000", close_month: later().slice(0, 7) })];
}
async function offer(t) {
  const [maya, taken] = await ask(t);
  await t.must(maya, `/registrations/${taken.id}/join_waitlist`, {});
  const { items } = await t.must(t.admin, "/registrations?search=Thornquay&state[in]=approved,converted");
  for (const held of items) await t.must(t.admin, `/registrations/${held.id}/lose`, {});
}
// What only a browser makes, of the administrator's.
const behind = (t, into, values) => t.sql(`insert into ${into} select 7000000000001, 1, ${values.replaceAll("BLOB", t.kind === "sqlite" ? "x'00ff'" : "'\\x00ff'")} from person where email = 'samuel.odhiambo@velmora.example'`);
const PREPARE = {
  registration_join_waitlist: ask,
  waitlist_entry_accept: offer,
  waitlist_entry_pass: offer,
  programme_version_apply: (t) => publish(t, (d) => { d.programme.second_person = false; }),
  programme_version_withdraw: (t) => publish(t, (d) => { d.limits.activity_days = 61; }, "--effective", later()),
  programme_draft_rebase: async (t) => {
    await t.must(t.admin, "/programme-drafts", { title: "Begun before" });
    await publish(t, (d) => { d.limits.activity_days = 62; });
  },
  passkey: (t) => behind(t, "passkey (id, version, created, updated, person_id, name, state, credential, algorithm, public_key, sign_count)", "1, 1, id, 'Laptop', 'active', BLOB, 1, BLOB, 0"),
  session: (t) => behind(t, "session (id, version, created, updated, hash, person_id, device, method, trusted, waiting, proved, last_seen, expires)", `1, 1, BLOB, id, 'Firefox on Linux', 'link', 0, 0, 1, 1, ${Date.now() * 1000 + 3_600_000_000}`),
};

// "items[0].id" of an answer
const taken = (data, path) => path.match(/[a-z_0-9]+/gi).reduce((at, key) => at?.[key], data);
// A string that is only a name becomes what was found, whatever that is; within one its text.
const filled = (value, found) => {
  if (typeof value === "string") {
    const only = /^\{\{(\w+)\}\}$/.exec(value);
    return only ? found[only[1]] : value.replace(/\{\{(\w+)\}\}/g, (_, name) => found[name]);
  }
  if (Array.isArray(value)) return value.map((v) => filled(v, found));
  return value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, filled(v, found)])) : value;
};

export class Demo {
  constructor(origin) { this.origin = origin; }
  async fresh() {
    await this.end();
    this.t = new Tandem(this.origin.kind, undefined, { from: this.origin });
    await this.t.start();
    this.people = PEOPLE.map(([role, email]) => ({ role, token: this.t.token(email) }));
  }
  async end() { await this.t?.end(); }
  // In what other examples left, else in a fresh demo; by somebody of ROLES, whoever may. RUN answers what is wrong, or null.
  async try(id, roles, run) {
    const prepare = PREPARE[id] ?? PREPARE[id.split("_")[0]];
    const faults = [];
    for (const fresh of [false, true]) {
      if (fresh || prepare) await this.fresh();
      if (prepare) await prepare(this.t);
      for (const who of this.people.filter(({ role }) => roles.includes(role))) {
        const fault = await run(who.token);
        if (!fault) return null;
        faults.push(`${who.role}: ${fault}`);
      }
    }
    return faults.at(-1);
  }
}

async function steps(t, token, example) {
  const found = {};
  for (const step of [...example.before, example]) {
    const r = await t.fetch(`/api/v1${filled(step.path, found)}`, { method: step.method, token, json: step.body && filled(step.body, found) });
    const at = `${step.method} ${filled(step.path, found)} ${step.body ? JSON.stringify(filled(step.body, found)).slice(0, 300) : ""}`;
    if (r.status >= 300) return { fault: `${at}: ${r.status} ${r.text.slice(0, 300)}` };
    if (step.take) found[step.name] = taken(r.data, step.take);
    if (step.take && found[step.name] == null) return { fault: `${at}: has no ${step.take}` };
    if (step === example) return { answer: r };
  }
}

// What of DATA is not as the example has it. STATES: those that it may be in, where that is known.
function unlike(data, example, states, at = "") {
  if (data === null || example === null || example === undefined || /(^|\.)(custom|document|facts(_before|_after)?|mapping|statement)$/.test(at)) return [];
  if (Array.isArray(data) !== Array.isArray(example) || typeof data !== typeof example) return [`${at} is ${typeof data}, not ${typeof example}`];
  if (Array.isArray(data)) return data.length && example.length ? unlike(data[0], example[0], states, `${at}[]`) : [];
  if (typeof data !== "object") return at === "state" && states && !states.includes(data) ? [`${at} is ${data}, not ${example}`] : [];
  return Object.keys(data).flatMap((k) => (k in example ? unlike(data[k], example[k], states, at ? `${at}.${k}` : k) : [`${at}.${k} is not shown`]));
}

// What was done leads to the state that is shown; where that is one of several from which it starts, it stays in any of them. What
// waits for a job may have been begun by it, or be done.
function after(o, shown) {
  const from = /From the states: ([^.]*)/.exec(o.description ?? "")?.[1].split(", ") ?? [];
  return !o.description.includes("From the states") || !shown.state ? null : from.includes(shown.state) ? from : shown.state === "waiting" ? ["waiting", "running", "done"] : [shown.state];
}

// The same as people copy it from the pages.
const attribute = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
const texts = (html, kind) => Object.fromEntries([...html.matchAll(new RegExp(`<code id="(\\w+)-${kind}">([^<]*)</code>`, "g"))].map(([, id, text]) => [id, attribute(text)]));
const PLACE = "http://127.0.0.1:0"; // a free port was asked for

function inShell(t, token, text) {
  const strict = "set -euo pipefail\ncurl() { command curl --silent --show-error --fail-with-body \"$@\"; }\n";
  const r = spawnSync("bash", ["-c", strict + text.replaceAll(PLACE, `http://127.0.0.1:${t.port}`)], { encoding: "utf8", cwd: t.dir, env: { ...process.env, TOKEN: token, API: `http://127.0.0.1:${t.port}/api/v1` } });
  return r.status === 0 ? null : `${text}${r.stdout.slice(0, 200)}${r.stderr.slice(0, 200)}`;
}

const AsyncFunction = (async () => {}).constructor;
async function inScript(t, token, text) {
  try {
    const answer = await new AsyncFunction("token", `${text.replaceAll(PLACE, `http://127.0.0.1:${t.port}`)}return answer;`)(token);
    return answer.ok || answer.status === 304 ? null : `${text}${answer.status}`;
  } catch (e) {
    return `${text}${e.message}`;
  }
}

async function fromPages(demo, check, operations) {
  const guide = (await demo.t.fetch("/api/v1/docs")).text;
  const pages = [guide];
  for (const [, path] of guide.matchAll(/<a href="(\/api\/v1\/docs\/[\w-]+)"/g)) pages.push((await demo.t.fetch(path)).text);
  const roles = Object.fromEntries(operations.map((o) => [o.operationId, o["x-roles"]]));
  for (const [kind, name, run] of [["curl", "in a shell", inShell], ["js", "as JavaScript", inScript]]) {
    const all = pages.flatMap((html) => Object.entries(texts(html, kind)));
    const faults = [];
    await demo.fresh();
    for (const [id, text] of all) {
      const fault = await demo.try(id, roles[id] ?? PEOPLE.map(([role]) => role), (token) => run(demo.t, token, text));
      if (fault) faults.push(`${id}: ${fault}`);
    }
    check(`${all.length - faults.length} of ${all.length} examples of the pages work ${name}`, faults.length === 0 && all.length > operations.length, faults.join("\n    "));
  }
}

// The blocks of docs/api.md, each in a shell of its own; its catalogue of problems is whole.
async function fromGuide(demo, check, document) {
  const guide = readFileSync("docs/api.md", "utf8");
  check("docs/api.md tells every problem", document.components.schemas.Problem.properties.type.enum.every((type) => type === "about:blank" || guide.includes(`| \`${type}\` |`)));
  const blocks = [...guide.matchAll(/```sh\n([^`]*)```/g)].map(([, text]) => text);
  const faults = [];
  await demo.fresh();
  for (const text of blocks) {
    const fault = await demo.try("", ["partner_manager"], (token) => inShell(demo.t, token, text));
    if (!fault === text.startsWith("# refused")) faults.push(fault ?? `${text}was not refused`);
  }
  check(`${blocks.length - faults.length} of ${blocks.length} blocks of docs/api.md work`, faults.length === 0 && blocks.length > 10, faults.join("\n    "));
}

// The same in Postman.
async function fromCollection(demo, check, operations) {
  const collection = await demo.t.must(null, "/postman.json");
  const wrong = misshapen(collection), faults = [];
  const of = ({ request: r }) => operations.find((o) => o.method.toUpperCase() === r.method && o.path === `/api/v1/${r.url.path.map((p) => (p.startsWith("{{") ? "{id}" : p)).join("/")}`);
  check("the Postman collection is of format 2.1", wrong.length === 0, wrong.join());
  check("it has a request for every operation", new Set(requests(collection).map((item) => of(item)?.operationId)).size === operations.length && requests(collection).length === operations.length);
  await demo.fresh();
  for (const item of requests(collection)) {
    const o = of(item);
    const fault = await demo.try(o.operationId, o["x-roles"], async (token) => {
      const r = await send(item, `http://127.0.0.1:${demo.t.port}/api/v1`, token);
      return r.ok ? null : `${r.status} ${(await r.text()).slice(0, 200)}`;
    });
    if (fault) faults.push(`${o.operationId}: ${fault}`);
  }
  check(`${operations.length - faults.length} of ${operations.length} examples work in Postman`, faults.length === 0, faults.join("\n    "));
}

await onBoth(async (origin, check) => {
  const demo = new Demo(origin);
  await demo.fresh();
  const api = new OpenApi(await demo.t.must(null, "/openapi.json"));
  const operations = api.operations.filter((o) => o["x-example"]);
  const faults = [], differ = [];
  for (const o of operations) {
    const shown = Object.values(o.responses[201]?.content ?? o.responses[200].content ?? {})[0]?.example;
    let answer;
    const fault = await demo.try(o.operationId, o["x-roles"], async (token) => {
      const r = await steps(demo.t, token, o["x-example"]);
      answer = r.answer;
      return r.fault;
    });
    const wrong = !fault && api.fault(o, answer);
    if (fault) faults.push(`${o.operationId}: ${fault}`);
    else if (wrong) differ.push(`${o.operationId}: ${wrong}`);
    else if (shown !== undefined && answer.data) differ.push(...unlike(answer.data, shown, after(o, shown)).map((d) => `${o.operationId}: ${d}`));
  }
  check(`${operations.length - faults.length} of ${operations.length} examples of the OpenAPI document work`, faults.length === 0, faults.join("\n    "));
  check("their answers fit their schemas, and are as shown", differ.length === 0, differ.join("\n    "));
  if (origin.kind === "sqlite") {
    await fromPages(demo, check, operations);
    await fromGuide(demo, check, api.document);
    await fromCollection(demo, check, operations);
  }
  await demo.end();
}, { demo: true });
