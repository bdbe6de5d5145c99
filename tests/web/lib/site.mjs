// A demo site in a folder of its own and a browser for it, for the tests beside this folder and for
// tools/shots.mjs.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { freePort } from "../../scenarios/lib/port.mjs";

const tandem = process.env.TANDEM ?? "build/tandem";
const chromiumPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

async function answers(url, tries = 200) {
  for (let i = 0; i < tries; i++) {
    try {
      await fetch(url, { redirect: "manual" });
      return;
    } catch {
      await new Promise((wait) => setTimeout(wait, 50));
    }
  }
  throw new Error(`${url} does not answer`);
}

// { base, people, link(email), stop() }; people are the addresses that the demo names, in its order.
export async function startSite(host = "127.0.0.1") {
  const folder = mkdtempSync(join(tmpdir(), "tandem-web."));
  const db = `sqlite:${join(folder, "demo.db")}`;
  const port = await freePort();
  const base = `http://${host}:${port}`;
  const told = execFileSync(tandem, ["demo", "--db", db], { encoding: "utf8" });
  const people = [...new Set(told.match(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g) ?? [])];
  const server = spawn(tandem, ["serve", "--db", db, "--listen", `127.0.0.1:${port}`, "--url", base], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr.on("data", (part) => (log = (log + part).slice(-20000)));
  const ended = new Promise((resolve) => server.once("exit", resolve));
  await answers(base);
  return {
    base,
    people,
    log: () => log,
    link: (email) =>
      execFileSync(tandem, ["link", "--db", db, "--user", email, "--url", base], { encoding: "utf8" }).trim(),
    async stop() {
      server.kill("SIGTERM");
      const status = await ended;
      rmSync(folder, { recursive: true, force: true });
      if (status !== 0) throw new Error(`the server ended with ${status}:\n${log}`);
    },
  };
}

export function startBrowser() {
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

// The link's page has one button; what opens it afterwards is signed in.
export async function signIn(page, link) {
  page.setDefaultTimeout(10000);
  await page.goto(link);
  await page.click("main form button[type=submit]");
  await page.waitForLoadState();
}

// Prints "ok NAME" or "not ok NAME" with what was found, and remembers it for the exit status.
export function check(name, problems) {
  if (problems.length === 0) {
    console.log(`ok ${name}`);
    return;
  }
  process.exitCode = 1;
  console.log(`not ok ${name}`);
  for (const problem of problems) console.log(`    ${problem}`);
}
