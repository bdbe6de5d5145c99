// lint-threats.mjs: each row of the threat table of docs/security.md names tests, and the tests that it names exist.
// Prints what does not, and fails.
//
// The last column: `scenario` or `scenario` ("words of its test", ...), `tests/web/NAME.mjs` likewise, or of a unit test
// file: `test`, `test`. "..." in words stands for what the test fills in.
import { existsSync, readFileSync } from "node:fs";

const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : null);
const rows = read("docs/security.md").split("\n## Threats\n")[1].split("\n## ")[0].split("\n").filter((line) => line.startsWith("| ")).slice(1);
const wrong = [];

for (const row of rows) {
  const [threat, , tests] = row.replace(/^\| | \|$/g, "").split(" | ");
  const complain = (what) => wrong.push(`docs/security.md: ${threat}: ${what}`);
  if (!tests) {
    complain("three columns are needed");
    continue;
  }
  let unit = null, source = null, named = 0;
  for (const [, file, name, words] of tests.matchAll(/(?:\b(\w+): )?`([^`]+)`|"([^"]+)"/g)) {
    if (words) {
      if (!source || !words.split("...").every((part) => source.includes(part.trim()))) complain(`no test says "${words}"`);
      continue;
    }
    if (file) unit = file;
    named++;
    const path = name.includes("/") ? name : `tests/scenarios/${name}.mjs`;
    const of_unit = unit && new RegExp(`^static void ${name}\\(`, "m").test(read(`tests/unit/${unit}.c`) ?? "");
    source = of_unit || path.endsWith("/") ? "" : read(path);
    if (!of_unit && !existsSync(path)) complain(`there is no test ${unit ? unit + ": " : ""}${name}`);
  }
  if (!named) complain("it names no test");
}
if (!rows.length) wrong.push("docs/security.md: there is no threat");
for (const line of wrong) console.log(line);
process.exitCode = wrong.length ? 1 : 0;
