// What the program says of its own parts is well-formed SPDX 2.3, complete, and true of the binary under test.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ok } from "./lib/tandem.mjs";

const binary = process.env.TANDEM ?? "build/tandem";
const text = () => execFileSync("node", ["tools/sbom.mjs", binary], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const d = JSON.parse(text());
const of = (spdx) => d.packages.find((p) => p.SPDXID === spdx);
const bad = (list, good) => list.filter((one) => !good(one));
const none = (name, list) => ok(name, list.length === 0, list.slice(0, 4));

// the required members of SPDX 2.3, clauses 6, 7 and 11
ok("the document has its required members", d.spdxVersion === "SPDX-2.3" && d.dataLicense === "CC0-1.0" && d.SPDXID === "SPDXRef-DOCUMENT" && d.name && /^[a-z]+:[^#]+$/.test(d.documentNamespace) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(d.creationInfo.created) && d.creationInfo.creators.every((c) => /^(Tool|Organization|Person): /.test(c)), d.creationInfo);
none("each package has its required members", bad(d.packages, (p) => /^SPDXRef-[A-Za-z0-9.-]+$/.test(p.SPDXID) && p.name && p.downloadLocation && p.filesAnalyzed === false && p.licenseDeclared && p.licenseConcluded && p.copyrightText));
ok("no id stands twice", new Set(d.packages.map((p) => p.SPDXID)).size === d.packages.length);
none("licences are expressions", bad(d.packages, (p) => /^(NOASSERTION|[A-Za-z0-9.-]+( OR [A-Za-z0-9.-]+)*)$/.test(p.licenseDeclared)));
none("relationships join what there is", bad(d.relationships, (r) => (r.spdxElementId === d.SPDXID || of(r.spdxElementId)) && of(r.relatedSpdxElement) && ["DESCRIBES", "CONTAINS", "DYNAMIC_LINK"].includes(r.relationshipType)));
none("each package is reached", bad(d.packages, (p) => d.relationships.some((r) => r.relatedSpdxElement === p.SPDXID)));

const [tandem] = d.relationships.filter((r) => r.relationshipType === "DESCRIBES").map((r) => of(r.relatedSpdxElement));
const linked = d.relationships.filter((r) => r.spdxElementId === tandem.SPDXID && r.relationshipType === "DYNAMIC_LINK").map((r) => of(r.relatedSpdxElement));
ok("it is about this binary, under our licence", tandem.licenseDeclared === "MIT" && tandem.checksums[0].checksumValue === createHash("sha256").update(readFileSync(binary)).digest("hex"));

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const npm = d.packages.filter((p) => p.SPDXID.startsWith("SPDXRef-npm-"));
ok("what is built in stands at the lock file's version, with its licence and hash", npm.length === Object.keys(dependencies).length && npm.every((p) => dependencies[p.name] === p.versionInfo && p.licenseDeclared !== "NOASSERTION" && p.checksums[0].checksumValue.length === 128), npm);

// on Debian everything is known of what we link with ourselves
const debian = linked.filter((p) => p.SPDXID.startsWith("SPDXRef-deb-"));
// a build for tests also links the sanitizers, whose licences Debian does not tell in a machine's words
none("every library that we link with has version, supplier and licence", bad(debian.filter((p) => !/^lib[a-z]*san\d+$/.test(p.name)), (p) => p.versionInfo && /^(Person|Organization): /.test(p.supplier) && p.licenseDeclared !== "NOASSERTION"));
const version = (name) => execFileSync("dpkg-query", ["-W", "-f", "${Version}\n", name], { encoding: "utf8" }).split("\n")[0];
none("versions are dpkg's", bad(debian, (p) => version(p.name) === p.versionInfo));
const wanted = ["libmicrohttpd12", "libsqlite3-0", "libpq5", "libsodium23", "libssl3", "libcurl4", "libc6"];
none("the libraries of the build are among them", bad(wanted, (name) => debian.some((p) => p.name === name)));
ok("the same binary has the same document", text() === JSON.stringify(d, null, 2) + "\n");
