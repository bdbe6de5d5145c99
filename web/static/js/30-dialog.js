/* data-open="ID" opens that dialog; a click beside it closes it (Esc does so by itself). In the palette the
   arrows move through the results, so that Enter opens what has the focus. */
tandem.open = (id) => {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  dialog.showModal();
  dialog.querySelector("input[type=search]")?.select();
  if (id === "palette") tandem.places();
};

document.addEventListener("click", (ev) => {
  const opener = ev.target.closest("[data-open]");
  if (opener && document.getElementById(opener.dataset.open)) {
    ev.preventDefault();
    tandem.open(opener.dataset.open);
  } else if (ev.target instanceof HTMLDialogElement) {
    ev.target.close();
  }
});

{
  const palette = document.getElementById("palette");
  const input = palette?.querySelector("input");

  palette?.addEventListener("keydown", (ev) => {
    if (ev.key === "Escape") {
      palette.close(); /* a search field would only be emptied */
      document.activeElement?.blur(); /* else it keeps the keys until the next frame */
      return;
    }
    if (ev.key !== "ArrowDown" && ev.key !== "ArrowUp") return;
    const stops = [input, ...palette.querySelectorAll(".palette__list a")];
    const step = ev.key === "ArrowDown" ? 1 : -1;
    const next = (stops.indexOf(document.activeElement) + step + stops.length) % stops.length;
    stops[next].focus();
    ev.preventDefault();
  });

  palette?.querySelector("form").addEventListener("submit", (ev) => {
    const first = palette.querySelector(".palette__list a");
    if (!first) return;
    ev.preventDefault();
    first.click();
  });
}

/* Menus are details elements: Esc and a click elsewhere close them. */
document.addEventListener("click", (ev) => {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(ev.target)) menu.open = false;
});
document.addEventListener("keydown", (ev) => {
  const menu = ev.key === "Escape" && ev.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
