/* The API's documentation: a field that leaves only those nouns and operations which have its words. */
{
  const field = document.querySelector("[data-docs-find] input");
  if (field) {
    const none = document.querySelector("[data-docs-none]");
    const items = [...document.querySelectorAll("[data-docs-words], .docs__ops > li")].map((element) => ({
      element,
      text: `${element.dataset.docsWords ?? ""} ${element.textContent}`.toLowerCase(),
    }));
    const parts = [...document.querySelectorAll("[data-docs-part]")].map((element) => ({
      element,
      text: `${element.id.replaceAll("_", " ")} ${element.firstElementChild.textContent}`.toLowerCase(),
    }));

    /* A part of the page stays as it is when nothing of it fits: then the words mean another page. */
    const narrow = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = ({ text }) => words.every((word) => text.includes(word));
      const shown = parts.filter(fits);
      for (const item of items) item.element.hidden = !fits(item);
      for (const part of parts) part.element.hidden = shown.length > 0 && !shown.includes(part);
      none.hidden = shown.length > 0 || items.some(fits);
    };
    field.closest("[data-docs-find]").hidden = false;
    field.addEventListener("input", narrow);
    field.addEventListener("keydown", (ev) => {
      if (ev.key !== "Escape") return;
      field.value = "";
      narrow();
    });
  }
}
