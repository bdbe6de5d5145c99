/* The palette's places: what the navigation leads to, and the records that were open last in this tab. What
   was open is forgotten with the tab, and as soon as somebody signs out. */
{
  const RECENT = 8;
  const palette = document.getElementById("palette");
  const list = document.getElementById("palette-places");
  const input = palette?.querySelector("input");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const read = () => {
    try {
      return JSON.parse(sessionStorage.getItem("recent")) ?? [];
    } catch {
      return [];
    }
  };
  const write = (recent) => {
    try {
      sessionStorage.setItem("recent", JSON.stringify(recent.slice(0, RECENT)));
    } catch { /* a browser that keeps nothing has no recent records */ }
  };

  if (!palette) write([]);
  else if (/^\/[a-z-]+\/[a-z]+_[0-9A-HJKMNP-TV-Z]{13}$/.test(location.pathname)) {
    const label = document.title.replace(/ · Tandem$/, "");
    write([{ href: location.pathname, label }, ...read().filter((r) => r.href !== location.pathname)]);
  }

  const entry = (href, label, icon, kind) => {
    const item = document.createElement("li");
    const link = item.appendChild(document.createElement("a"));
    link.href = href;
    if (icon) link.append(icon.cloneNode(true));
    link.append(label);
    const end = link.appendChild(document.createElement("span"));
    end.className = "end";
    end.textContent = kind;
    return item;
  };
  const places = () =>
    [...document.querySelectorAll("#nav .nav__group a")].map((a) => ({
      href: a.getAttribute("href"),
      label: [...a.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.textContent).join("").trim(),
      icon: a.querySelector("svg"),
    }));

  tandem.places = () => {
    const query = fold(input.value.trim());
    const all = places();
    const of = (href) => all.find((p) => href.startsWith(`${p.href}/`))?.icon;
    list.replaceChildren(
      ...(query
        ? all.filter((p) => fold(p.label).split(/\s+/).some((word, i, words) => words.slice(i).join(" ").startsWith(query))).map((p) => entry(p.href, p.label, p.icon, list.dataset.place))
        : read().filter((r) => r.href !== location.pathname).map((r) => entry(r.href, r.label, of(r.href), list.dataset.recent))),
    );
  };
  input?.addEventListener("input", tandem.places);
}
