/* Small helpers shared by the files of this folder, which are joined in the order of their names. Pages are
   complete without any of it; nothing is evaluated, no style is written. */
"use strict";

const tandem = {
  cookie(name) {
    const found = document.cookie.split("; ").find((c) => c.startsWith(name + "="));
    return found ? found.slice(name.length + 1) : null;
  },

  remember(name, value) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  },

  /* Where keys are text, not commands. */
  typing(target) {
    return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  },

  visible(element) {
    return element.getClientRects().length > 0;
  },
};

/* Controls that do nothing without a script are hidden until it runs. */
tandem.reveal = (root) => {
  for (const control of root.querySelectorAll("[data-copy][hidden]")) control.hidden = false;
};
tandem.reveal(document);
document.addEventListener("htmx:load", (ev) => tandem.reveal(ev.target));

/* After a refused form: the summary of errors is read first; where there is none, the first field that is wrong. */
(document.querySelector("[data-focus]") ?? document.querySelector("main [aria-invalid=true]"))?.focus();
