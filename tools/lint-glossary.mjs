// The glossary's words: prints German texts that use one which the glossary rules out, and fails on any.
import { readFileSync } from "node:fs";

const cells = (line) => line.split("|").slice(1, -1).map((cell) => cell.trim());
const banned = readFileSync("docs/glossary.md", "utf8")
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .slice(2)
  .map(cells)
  .flatMap(([term, , german, not]) => not.split(", ").map((word) => ({ term, german, word })));

// A text's translation, whether on one line or several, and the text it belongs to.
const text = (lines) => [...lines.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((m) => m[1]).join("");
for (const entry of readFileSync("po/de.po", "utf8").split("\n\n")) {
  const at = entry.search(/^msgstr/m);
  if (at < 0 || /^msgid ""\nmsgstr/m.test(entry)) continue;
  const english = text(entry.slice(entry.indexOf("msgid"), at));
  const translated = text(entry.slice(at));
  for (const { term, german, word } of banned)
    if (new RegExp(`(?<![\\p{L}/@._-])${word}(?:e|en|er|ern|es|n|s)?(?![\\p{L}])`, "u").test(translated)) {
      console.log(`po/de.po: "${english.slice(0, 60)}" says ${word}; ${term} is ${german}`);
      process.exitCode = 1;
    }
}
