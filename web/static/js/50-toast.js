/* Toasts: there for 8 s, longer while somebody points at one or has the focus in it. */
{
  const SHOWN_MS = 8000;
  const toasts = document.getElementById("toasts");

  function expire(toast) {
    let timer = 0;
    const start = () => (timer = setTimeout(() => toast.remove(), SHOWN_MS));
    const stop = () => clearTimeout(timer);
    for (const type of ["pointerenter", "focusin"]) toast.addEventListener(type, stop);
    for (const type of ["pointerleave", "focusout"]) toast.addEventListener(type, () => (stop(), start()));
    start();
  }

  tandem.toast = (text) => {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.textContent = text;
    toasts?.append(toast);
  };

  if (toasts) {
    for (const toast of toasts.children) expire(toast);
    new MutationObserver((changes) => {
      for (const change of changes)
        for (const node of change.addedNodes) if (node.nodeType === Node.ELEMENT_NODE) expire(node);
    }).observe(toasts, { childList: true });
  }
}
