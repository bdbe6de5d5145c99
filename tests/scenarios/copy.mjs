// All of a database as JSON lines: from SQLite to PostgreSQL and back, nothing lost; and what a broken dump does.
import { spawn } from "node:child_process";
import { copyFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Browser } from "./lib/browser.mjs";
import { deal, ok, Tandem } from "./lib/tandem.mjs";

const seller = "maya.lindqvist@brightwater.example", password = "nineteen quiet lighthouses";
const kinds = process.env.TANDEM_TEST_PG ? ["sqlite", "postgresql"] : ["sqlite"];
const all = [];
function empty(kind) {
  const t = new Tandem(kind, tmpdir(), { empty: true });
  all.push(t);
  return t;
}
const dump = (t) => t.run("dump", "-", "--db", t.url);

// What people and programs do with a database that came from another one.
async function lives(t, name, token, receipt) {
  await t.start("--no-clocks");
  const key = t.file("log.pub", (await t.fetch("/log/key")).text);
  ok(`${name}: an old receipt verifies`, t.tryRun("verify", t.file("old.json", receipt), "--key", key).status === 0);
  const b = new Browser(t);
  const signed = await b.post("/people/sign_in_password", { csrf: await b.csrf("/sign-in?with=password"), page: "/sign-in?with=password", next: "/register", email: seller, password });
  ok(`${name}: the password still lets in`, signed.status === 303 && signed.headers.get("location") === "/register", signed.text.slice(0, 300));
  const made = await t.api(token, "/registrations", deal({ company: "Neuland Werke", domain: "neuland-werke.example" }));
  ok(`${name}: the token works, and a registration is decided`, made.status === 201 && made.data.receipt, made.text);
  ok(`${name}: it has its receipt`, t.tryRun("verify", t.file("new.json", JSON.stringify(made.data?.receipt)), "--key", key).status === 0);
  await t.stop();
  const check = t.check();
  ok(`${name}: the log goes on`, check.status === 0 && check.stdout.includes("Everything stands"), check);
}

async function copies() {
  const source = empty("sqlite");
  source.run("demo", "--db", source.url, "--key", source.key);
  const token = source.token(seller);
  await source.start("--no-clocks");
  const maya = new Browser(source);
  await maya.signIn(seller);
  const set = await maya.post("/people/set_password", { csrf: await maya.csrf("/me/sign-in"), page: "/me/sign-in", new_password: password });
  const first = await source.must(token, "/registrations", deal({ company: "Zeile \"eins\" \\ Überlingen 🚢" }));
  const receipt = JSON.stringify(first.receipt), path = join(source.dir, "all.jsonl");
  ok("something is there to copy", set.status === 303 && first.receipt, set.status);

  const beside = source.tryRun("dump", path, "--db", source.url);
  ok("a dump is written while the server runs", beside.status === 0 && /^\d+ rows of \d+ tables\.$/m.test(beside.stdout), beside);
  ok("only its owner reads it", (statSync(path).mode & 0o777) === 0o600);
  ok("nothing is overwritten", source.tryRun("dump", path, "--db", source.url).status === 3);
  await source.stop();
  const text = dump(source);
  ok("the same database gives the same bytes", text === dump(source));
  ok("passwords are in it, sessions and sign-in links are not", /"table":"password"/.test(text) && !/"table":"(session|magic_link|challenge|link_ask)"/.test(text));

  let from = source;
  const chain = [source];
  for (const kind of [...kinds.slice(1), "sqlite"]) {
    const to = empty(kind), name = `${from.kind} to ${kind}`;
    const keyless = to.tryRun("copy", "--from", from.url, "--to", to.url, "--key", to.key);
    ok(`${name}: without the key it says where to copy it`, keyless.status === 1 && keyless.stdout.includes(to.key), keyless);
    copyFileSync(source.key, to.key);
    ok(`${name}: with it everything stands`, to.check().status === 0);
    ok(`${name}: the dumps are the same, byte for byte`, dump(to) === text);
    const again = to.tryRun("copy", "--from", from.url, "--to", to.url, "--key", to.key);
    ok(`${name}: a database with rows is refused`, again.status === 1 && /not empty: account has rows/.test(again.stderr), again);
    chain.push((from = to));
  }
  for (const [i, t] of chain.entries()) await lives(t, `${i}: ${t.kind}`, token, receipt);
  return text;
}

// A dump of little, to be broken.
async function small() {
  const t = new Tandem("sqlite");
  all.push(t);
  await t.start();
  const { gold } = await t.cast();
  await t.must(gold.token, "/registrations", deal());
  await t.stop();
  return dump(t);
}

// A dump with each of its lines as LINE makes it of the line and its number; undefined leaves it out.
const changed = (text, line) => text.split("\n").map(line).filter((l) => l !== undefined).join("\n");

// Killed when it has read half of it.
async function interrupted(t, text) {
  const child = spawn(process.env.TANDEM ?? "build/tandem", ["load", "-", "--db", t.url, "--key", t.key], { stdio: ["pipe", "ignore", "ignore"] });
  const ended = new Promise((done) => child.once("exit", (code, signal) => done(signal)));
  await new Promise((done) => child.stdin.write(text.slice(0, text.length / 2), done));
  child.kill("SIGKILL");
  return (await ended) === "SIGKILL";
}

async function hostile(kind, text, large) {
  const t = empty(kind);
  const lines = text.split("\n"), person = lines.findIndex((l) => l.startsWith('{"table":"person"')), row = person + 2;
  const claim = lines.findIndex((l) => l.startsWith('{"table":"protection"')) + 1; // its second column is the account
  const at = (n, to) => changed(text, (l, i) => (i === n ? to(l) : l));
  const cell = (n, value) => at(person + 1, (l) => JSON.stringify(l.match(/^\[(.*)\]$/) && JSON.parse(l.replace(/\d{16,}/g, '"$&"')).map((c, i) => (i === n ? value : c))).replace(/"(\d{16,})"/g, "$1"));
  const broken = {
    "a line that breaks off": [lines.slice(0, row - 1).join("\n") + "\n" + lines[row - 1].slice(0, 40), `line ${row}: it is not whole JSON`],
    "a file that breaks off": [lines.slice(0, row).join("\n") + "\n", `the dump breaks off behind line ${row}`],
    "a word for a number": [cell(1, "one"), `line ${row}: version of person must be a whole number`],
    "a number for a word": [cell(4, 7), `line ${row}: name of person must be text`],
    "null where something must be": [cell(5, null), `line ${row}: email of person must be text`],
    "a cell too many": [at(row - 1, (l) => l.replace(/\]$/, ",1]")), `line ${row}: person has`],
    "an unknown table": [at(person, () => '{"table":"people","columns":[],"kinds":[],"key":[]}'), `line ${person + 1}: there is no table people`],
    "a column less": [at(person, (l) => l.replace(',"name"', "")), `line ${person + 1}: the columns of person`],
    "a repeated row": [at(row - 1, (l) => `${l}\n${l}`), `line ${row + 1}: the row of person is not behind`],
    "a repeated table": [at(person, (l) => `${l}\n${l}`), `line ${person + 2}: the table person comes a second time`],
    "a missing row": [changed(text, (l, i) => (i === row - 1 ? undefined : l)), "lines are missing"],
    "another's address": [at(row, (l) => l.replace(/"[^"]+@[^"]+"/, /"[^"]+@[^"]+"/.exec(lines[row - 1])[0])), "person, up to line"],
    "a reference to nothing": [changed(text, (l, i) => (i === row - 1 ? undefined : l)).replace(/"rows":(\d+)\}/, (_, n) => `"rows":${n - 1}}`), kind === "sqlite" ? "refers to a row of person that is not there" : "violates foreign key constraint"],
    "a claim on no account": [at(claim, (l) => l.split(",").map((c, i) => (i === 1 ? "7" : c)).join(",")), "refers to a row of account that is not there"],
    "another version's dump": [at(0, (l) => l.replace(/"\d{4}_\w+"/, '"0001_heart"')), "line 1: the dump is of a database at 0001_heart"],
    "another format": [at(0, (l) => l.replace("dump/1", "dump/2")), "line 1: the format is tandem-dump/2"],
    "something else": ["id,name\n1,Ruth\n", "line 1: it is not whole JSON"],
    "nothing": ["", "the dump is empty"],
    "more behind the end": [text + "[]\n", `line ${lines.length}: there is more behind the end`],
  };
  for (const [name, [dumped, says]] of Object.entries(broken)) {
    const r = t.tryRun("load", t.file("broken.jsonl", dumped), "--db", t.url, "--key", t.key);
    ok(`${kind}: ${name} is refused, and told where`, r.status !== 0 && r.status !== 2 && r.stderr.split("\n").some((l) => l.startsWith("tandem: ") && l.includes(says)), r.stderr.split("\n").filter((l) => !l.includes("applied migration")).join("\n"));
  }
  ok(`${kind}: a load is killed half way`, await interrupted(t, large));
  const after = dump(t);
  ok(`${kind}: nothing of all that is stored`, after.endsWith('{"end":true,"rows":0}\n'));
  const loaded = t.tryRun("load", t.file("good.jsonl", text), "--db", t.url, "--key", t.key);
  ok(`${kind}: the whole one is loaded behind them`, loaded.status === 1 && loaded.stdout.includes("rows are loaded"), loaded);
  ok(`${kind}: and is the same`, dump(t) === text);
}

try {
  const large = await copies(), text = await small();
  for (const kind of kinds) await hostile(kind, text, large);
} catch (e) {
  ok("the scenario runs to its end", false, e.stack);
} finally {
  for (const t of all) await t.end();
}
