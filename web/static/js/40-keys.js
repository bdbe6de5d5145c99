/* Single keys. Whatever carries data-key ("c", "g r", "/") is focused if it is a field, else clicked; in
   the row that has the focus its own keys come first, then the page's, then those of the navigation. J and K move between rows, X selects, Shift X selects a
   range. Never while typing; can be switched off (WCAG 2.1.4), which the cookie keys remembers. */
{
  const SEQUENCE_MS = 1200;
  const rowSelector = "[data-row], .tbl tbody tr:not(.row-more), .need";
  let pending = "";
  let timer = 0;
  let lastPicked = null;

  const rows = () => [...document.querySelectorAll(rowSelector)].filter(tandem.visible);
  const rowOf = (element) => element?.closest?.(rowSelector) ?? null;

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(rowOf(document.activeElement));
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
    all[Math.min(Math.max(next, 0), all.length - 1)].querySelector("th a, h3 a, a, button, input")?.focus();
  }

  function pick(range) {
    const row = rowOf(document.activeElement);
    const box = row?.querySelector("input.check");
    if (!box) return;
    if (range && lastPicked) {
      const all = rows();
      const [from, to] = [all.indexOf(lastPicked), all.indexOf(row)].sort((a, b) => a - b);
      for (const other of all.slice(Math.max(from, 0), to + 1)) set(other.querySelector("input.check"), true);
    } else {
      set(box, !box.checked);
    }
    lastPicked = row;
  }

  function set(box, checked) {
    if (!box || box.checked === checked) return;
    box.checked = checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function find(keys) {
    const matches = (root) =>
      [...root.querySelectorAll("[data-key]")].find((e) => e.dataset.key === keys && tandem.visible(e));
    const row = rowOf(document.activeElement);
    return (row && matches(row)) ?? [...document.querySelectorAll(".bar, main")].map(matches).find(Boolean) ?? matches(document);
  }

  function act(element) {
    if (tandem.typing(element)) {
      element.focus();
      element.select?.();
    } else {
      element.click();
      /* what a key opens can be filled in at once */
      if (element.matches("details[open] > summary")) element.parentElement.querySelector("select, textarea, input:not([type=hidden])")?.focus();
    }
  }

  const startsSequence = (key) =>
    [...document.querySelectorAll("[data-key]")].some((e) => e.dataset.key.startsWith(key + " "));

  function single(ev) {
    const key = ev.key.length === 1 ? ev.key.toLowerCase() : ev.key;
    const keys = pending ? `${pending} ${key}` : key;
    const wasPending = pending !== "";
    pending = "";
    clearTimeout(timer);
    const element = find(keys);
    if (element) {
      act(element);
      return true;
    }
    if (wasPending) return true;
    if (startsSequence(key)) {
      pending = key;
      timer = setTimeout(() => (pending = ""), SEQUENCE_MS);
      return true;
    }
    if (key === "j" || key === "ArrowDown") move(1);
    else if (key === "k" || key === "ArrowUp") move(-1);
    else if (key === "x") pick(ev.shiftKey);
    else if (key === "?") tandem.open("keys");
    else return false;
    return true;
  }

  document.addEventListener("keydown", (ev) => {
    if ((ev.ctrlKey || ev.metaKey) && !ev.altKey && ev.key.toLowerCase() === "k") {
      if (!document.getElementById("palette")) return;
      ev.preventDefault();
      tandem.open("palette");
      return;
    }
    if (ev.ctrlKey || ev.metaKey || ev.altKey || ev.isComposing || ev.defaultPrevented) return;
    if (tandem.cookie("keys") === "off" || tandem.typing(ev.target)) return;
    if (document.querySelector("dialog[open]") || ev.target.closest("details.menu[open]")) return;
    const arrow = ev.key === "ArrowDown" || ev.key === "ArrowUp";
    if (arrow && !rowOf(document.activeElement)) return; /* the arrows scroll the page */
    if (ev.target.type === "radio" && arrow) return;
    if (single(ev)) ev.preventDefault();
  });

  const off = document.querySelector("[data-keys-switch]");
  if (off) {
    off.checked = tandem.cookie("keys") !== "off";
    off.addEventListener("change", () => tandem.remember("keys", off.checked ? "on" : "off"));
  }
}

/* The bar over a list shows itself once something is selected, and says how many; without this script it
   is always there. */
{
  const bar = document.querySelector("[data-bulk]");
  if (bar) {
    const id = bar.getAttribute("id"); /* bar.id is the boxes of that name */
    const boxes = () => [...document.querySelectorAll(`input.check[form="${id}"]`)];
    const every = document.querySelector(`[data-pick-all="${id}"]`);
    const all = bar.elements.all;

    const show = () => {
      const picked = boxes().filter((box) => box.checked).length;
      bar.hidden = picked === 0 && !all.checked;
      for (const count of bar.querySelectorAll("[data-count]")) count.textContent = picked;
      for (const box of boxes()) box.closest("tr")?.classList.toggle("is-sel", box.checked);
      if (every) every.checked = picked > 0 && picked === boxes().length;
    };
    if (every) {
      every.hidden = false;
      every.addEventListener("change", () => {
        for (const box of boxes()) box.checked = every.checked;
        show();
      });
    }
    document.addEventListener("change", show);
    window.addEventListener("pageshow", show);
    show();
  }
}
