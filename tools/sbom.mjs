// sbom.mjs BINARY: prints what the program is made of, as SPDX 2.3 JSON: our own source, the npm packages that are built in
// (by the lock file), and the shared libraries that it is linked with and these with each other (by the ELF headers), as the
// Debian packages that brought them. Where no dpkg is, a library stands under its own name without a version.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename } from "node:path";

const binary = process.argv[2] ?? "build/tandem";
const run = (...command) => execFileSync(command[0], command.slice(1), { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
const tryRun = (...command) => { try { return run(...command).trim(); } catch { return null; } };

/* ---- licences ---- */

// Debian's short names (copyright-format 1.0) where SPDX has others.
const SPDX = { Expat: "MIT", "BSD-2-clause": "BSD-2-Clause", "BSD-3-clause": "BSD-3-Clause", BSD3: "BSD-3-Clause", "BSD-4-clause": "BSD-4-Clause", zlib: "Zlib", "GPL-2": "GPL-2.0-only", "GPL-2+": "GPL-2.0-or-later", "GPL-3+": "GPL-3.0-or-later", "LGPL-2.1+": "LGPL-2.1-or-later", "LGPL-3+": "LGPL-3.0-or-later", "OpenLDAP-2.8": "OLDAP-2.8" };
const SAME = new Set(["MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "curl", "PostgreSQL", "Apache-2.0", "0BSD"]);
// Packages whose copyright file no machine reads, or whose library has another licence than their tools; from its text.
const BY_HAND = { libc6: "LGPL-2.1-or-later", libgnutls30: "LGPL-2.1-or-later", "libtasn1-6": "LGPL-2.1-or-later", "libidn2-0": "LGPL-3.0-or-later OR GPL-2.0-or-later", librtmp1: "LGPL-2.1-or-later", "libsqlite3-0": "blessing", "libgssapi-krb5-2": "MIT", libk5crypto3: "MIT", "libkrb5-3": "MIT", libkrb5support0: "MIT" };

function debianLicence(name) {
  if (BY_HAND[name]) return BY_HAND[name];
  const path = `/usr/share/doc/${name}/copyright`;
  const said = existsSync(path) && /^Files: *\*$[^]*?^License: *(.+)$/m.exec(readFileSync(path, "utf8"))?.[1];
  const parts = said ? said.split(/ or /).map((one) => SPDX[one.trim()] ?? (SAME.has(one.trim()) ? one.trim() : null)) : [null];
  return parts.includes(null) ? "NOASSERTION" : parts.join(" OR ");
}

/* ---- what there is ---- */

const packages = [], relationships = [];
const id = (name) => `SPDXRef-${name.replace(/[^A-Za-z0-9.-]/g, "-")}`;
const relate = (from, type, to) => {
  if (from !== to && !relationships.some((r) => r.spdxElementId === from && r.relationshipType === type && r.relatedSpdxElement === to)) relationships.push({ spdxElementId: from, relationshipType: type, relatedSpdxElement: to });
};
function add(spdx, more) {
  if (!packages.some((p) => p.SPDXID === spdx)) packages.push({ SPDXID: spdx, downloadLocation: "NOASSERTION", filesAnalyzed: false, licenseConcluded: more.licenseDeclared, copyrightText: "NOASSERTION", ...more });
  return spdx;
}

const hash = createHash("sha256").update(readFileSync(binary)).digest("hex");
const tandem = add("SPDXRef-tandem", {
  name: "tandem",
  versionInfo: tryRun("git", "describe", "--tags", "--always") ?? undefined,
  primaryPackagePurpose: "APPLICATION",
  packageFileName: basename(binary),
  checksums: [{ algorithm: "SHA256", checksumValue: hash }],
  supplier: "Organization: The Tandem authors",
  licenseDeclared: "MIT",
  copyrightText: /^Copyright.*$/m.exec(readFileSync("LICENSE", "utf8"))[0],
});

function npmPackages() {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
  for (const name of Object.keys(lock[""].dependencies)) {
    const { version, integrity, license } = lock[`node_modules/${name}`];
    relate(tandem, "CONTAINS", add(id(`npm-${name}`), {
      name,
      versionInfo: version,
      primaryPackagePurpose: "LIBRARY",
      downloadLocation: `https://registry.npmjs.org/${name}/-/${basename(name)}-${version}.tgz`,
      checksums: [{ algorithm: "SHA512", checksumValue: Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex") }],
      licenseDeclared: license,
      externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: `pkg:npm/${name}@${version}` }],
    }));
  }
}

function debianPackage(path) {
  const real = realpathSync(path);
  // with a merged /usr the package may know its file by either name
  const owner = tryRun("dpkg-query", "-S", real) ?? tryRun("dpkg-query", "-S", real.replace(/^\/usr/, ""));
  if (!owner) return null;
  const name = owner.split(":")[0];
  const [version, architecture, source, sourceVersion, maintainer, home] = run("dpkg-query", "-W", "-f", "${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${Maintainer}\t${Homepage}\n", name).split("\n")[0].split("\t");
  return add(id(`deb-${name}`), {
    name,
    versionInfo: version,
    primaryPackagePurpose: "LIBRARY",
    supplier: `Person: ${maintainer.replace(/ <(.*)>/, " ($1)")}`,
    homepage: home || undefined,
    sourceInfo: `built from ${source} ${sourceVersion}`,
    licenseDeclared: debianLicence(name),
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}` }],
  });
}

// The program's libraries, theirs, and so on.
function libraries() {
  const paths = new Map([...run("ldd", binary).matchAll(/^\s*(\S+) => (\/\S+)/gm)].map((m) => [m[1], m[2]]));
  const owners = new Map();
  const owner = (soname) => {
    if (!owners.has(soname)) owners.set(soname, debianPackage(paths.get(soname)) ?? add(id(`lib-${soname}`), { name: soname, primaryPackagePurpose: "LIBRARY", licenseDeclared: "NOASSERTION" }));
    return owners.get(soname);
  };
  const needed = (file) => [...run("readelf", "-d", file).matchAll(/\(NEEDED\).*\[(.+)\]/g)].map((m) => m[1]).filter((soname) => paths.has(soname));
  const seen = new Set();
  const walk = (from, file) => {
    for (const soname of needed(file)) {
      relate(from, "DYNAMIC_LINK", owner(soname));
      if (seen.has(soname)) continue;
      seen.add(soname);
      walk(owner(soname), paths.get(soname));
    }
  };
  walk(tandem, binary);
}

relate("SPDXRef-DOCUMENT", "DESCRIBES", tandem);
npmPackages();
libraries();
console.log(JSON.stringify({
  spdxVersion: "SPDX-2.3",
  dataLicense: "CC0-1.0",
  SPDXID: "SPDXRef-DOCUMENT",
  name: "tandem",
  documentNamespace: `urn:tandem:sbom:${hash}`,
  creationInfo: {
    // the binary's own time: the same binary has the same document
    created: new Date(Math.floor((Number(process.env.SOURCE_DATE_EPOCH) || statSync(binary).mtimeMs / 1000)) * 1000).toISOString().replace(".000", ""),
    creators: ["Tool: tandem-sbom", "Organization: The Tandem authors"],
  },
  documentDescribes: [tandem],
  packages,
  relationships,
}, null, 2));
