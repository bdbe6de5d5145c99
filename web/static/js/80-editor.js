/* The rule editor. data-resubmit: a choice that changes which controls there are is sent at once, back to the
   form's data-stay. data-sortable: rows are moved by their grip; what is sent is the form that the row's button sends. */
document.addEventListener("change", (ev) => {
  const form = ev.target.matches?.("[data-resubmit]") && ev.target.form;
  if (form && form.dataset.stay) tandem.submit(form, { then: form.dataset.stay });
});

tandem.submit = (form, values) => {
  for (const [name, value] of Object.entries(values)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  form.requestSubmit();
};

tandem.sort = (body) => {
  const rows = () => [...body.querySelectorAll(":scope > tr[data-move]")];
  for (const grip of body.querySelectorAll(".grip")) grip.hidden = false;
  new window.Sortable(body, {
    handle: ".grip",
    draggable: "tr[data-move]",
    animation: 120,
    onEnd(ev) {
      if (ev.oldIndex !== ev.newIndex) tandem.submit(document.getElementById(body.dataset.moves), { rule: ev.item.dataset.move, place: rows().indexOf(ev.item) + 1 });
    },
  });
};

for (const body of document.querySelectorAll("[data-sortable]")) {
  const script = document.createElement("script");
  script.src = body.dataset.sortable;
  script.onload = () => tandem.sort(body);
  document.head.append(script);
}
