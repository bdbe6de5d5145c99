// What developers make of the OpenAPI document: it passes redocly's rules, its TypeScript types compile strictly, and a small
// program that uses them runs. A program that calls a field by another name does not compile.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onBoth } from "./lib/tandem.mjs";

const tool = (name, ...args) => spawnSync(`node_modules/.bin/${name}`, args, { encoding: "utf8", env: { ...process.env, REDOCLY_TELEMETRY: "off", CI: "1" } });
const compile = (dir, file) => tool("tsc", "--strict", "--noUncheckedIndexedAccess", "--target", "es2022", "--module", "es2022", "--moduleResolution", "bundler", "--lib", "es2022,dom", "--outDir", dir, join(dir, file));

await onBoth(async (t, ok) => {
  await t.start();
  const { gold } = await t.cast();
  const document = t.file("openapi.json", JSON.stringify(await t.must(null, "/openapi.json")));
  const sample = readFileSync("tests/scenarios/client/sample.ts", "utf8");
  if (t.kind === "sqlite") {
    const lint = tool("redocly", "lint", document);
    ok("redocly finds no error", lint.status === 0, lint.stdout + lint.stderr);
  }
  const made = tool("openapi-typescript", document, "-o", join(t.dir, "api.ts"));
  ok("types come from the document", made.status === 0, made.stdout + made.stderr);
  t.file("package.json", `{"type":"module"}`);
  writeFileSync(join(t.dir, "sample.ts"), sample);
  const good = compile(t.dir, "sample.ts");
  ok("they compile strictly", good.status === 0, good.stdout);
  writeFileSync(join(t.dir, "slip.ts"), sample.replace("company:", "compagny:"));
  ok("a slip does not", compile(t.dir, "slip.ts").stdout.includes("compagny"));
  const ran = spawnSync("node", [join(t.dir, "sample.js"), `http://127.0.0.1:${t.port}`, gold.token], { encoding: "utf8" });
  ok("the program runs", ran.status === 0 && /^reg_\w{13} 1\n$/.test(ran.stdout), ran.stdout + ran.stderr);
});
