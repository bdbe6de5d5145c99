/* The board. data-board names the script that drags; a drop, or a choice of the card's menu, fills in the form
   data-moves and sends it with the version that the card shows: what somebody else changed meanwhile wins. */
tandem.board = (board) => {
  const form = document.getElementById(board.dataset.moves);
  const lanes = [...board.querySelectorAll("[data-stage]")];

  const send = (card, lane) => {
    const page = form.elements.page.value;
    form.action = `/opportunities/${card.id}/move`;
    form.elements.row.value = card.id;
    form.elements.stage.value = lane.dataset.stage;
    form.elements.if_version.value = card.dataset.version;
    form.elements.then.value = `${page}${page.includes("?") ? "&" : "?"}did=opportunity.move.${card.id}`;
    sessionStorage.setItem("board", JSON.stringify([card.id, board.scrollLeft, window.scrollY]));
    form.requestSubmit();
  };

  /* The same by keys; without a script the deal's own page moves it. */
  for (const card of board.querySelectorAll(".deal[data-version]")) {
    const dots = document.createElement("button");
    dots.type = "button";
    dots.className = "btn btn--ghost btn--icon btn--sm deal__move";
    dots.setAttribute("aria-label", `${board.dataset.move}: ${card.querySelector("h3").textContent}`);
    dots.setAttribute("aria-expanded", "false");
    dots.append(document.getElementById("board-dots").content.cloneNode(true));
    card.querySelector(".deal__end").append(dots);
  }

  const menu = (dots) => {
    const card = dots.closest(".deal"), box = document.createElement("div");
    const close = () => (box.remove(), dots.setAttribute("aria-expanded", "false"));
    box.className = "menu__box";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", board.dataset.menu);
    for (const lane of lanes) {
      if (lane.contains(card)) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = lane.closest(".lane").querySelector("h2").firstChild.textContent.trim();
      button.addEventListener("click", () => send(card, lane));
      box.append(button);
    }
    box.addEventListener("keydown", (ev) => {
      const all = [...box.children], at = all.indexOf(document.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
      if (ev.key === "Escape") (close(), dots.focus());
      else if (step) all[(at + step + all.length) % all.length].focus();
      else return;
      ev.preventDefault();
      ev.stopPropagation();
    });
    box.addEventListener("focusout", (ev) => box.contains(ev.relatedTarget) || setTimeout(close));
    dots.after(box);
    dots.setAttribute("aria-expanded", "true");
    box.firstChild?.focus();
  };

  board.addEventListener("click", (ev) => {
    const dots = ev.target.closest(".deal__move");
    if (dots?.getAttribute("aria-expanded") === "false") menu(dots);
  });

  for (const lane of lanes)
    new window.Sortable(lane, {
      group: "deals",
      draggable: ".deal",
      filter: ".deal:not([data-version])",
      animation: 120,
      delay: 150,
      delayOnTouchOnly: true,
      sort: false,
      onEnd(ev) {
        if (ev.from !== ev.to) send(ev.item, ev.to);
      },
    });

  const left = JSON.parse(sessionStorage.getItem("board") ?? "null");
  sessionStorage.removeItem("board");
  if (!left) return;
  board.scrollLeft = left[1];
  window.scrollTo(0, left[2]);
  if (!document.querySelector("[data-focus]")) document.getElementById(left[0])?.querySelector("a")?.focus({ preventScroll: true });
};

for (const board of document.querySelectorAll("[data-board]")) {
  const script = document.createElement("script");
  script.src = board.dataset.board;
  script.onload = () => tandem.board(board);
  document.head.append(script);
}
