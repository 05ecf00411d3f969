// Keys of lists and pages. In a list marked data-rows: j and k walk its [data-row], Enter opens the row's link.
// Any other letter presses (or focuses) what carries it as data-key: first inside the row, then on the page.
(() => {
  const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
  const current = () => document.activeElement?.closest("[data-row]");
  const link = (row) => row.querySelector("[data-open]") ?? row.querySelector("a");
  const isTyping = (target) => target.closest("input, select, textarea, [contenteditable]");

  const walk = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = at === -1 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
    link(all[next])?.focus();
  };

  const press = (key) => {
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    const element = current()?.querySelector(wanted) ?? document.querySelector(wanted);
    if (!element) return false;
    const field = element.matches("input, select, textarea") ? element : null;
    if (field) {
      field.closest("details")?.setAttribute("open", "");
      field.focus();
    } else if (element.matches("summary")) {
      // A fold with a form: open it and be in its first field, ready to write.
      element.parentElement.open = true;
      const inside = element.parentElement.querySelector("input:not([type=hidden]), select, textarea");
      (inside ?? element).focus();
    } else {
      element.click();
    }
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "j" || event.key === "k") {
      if (!rows().length) return;
      walk(event.key === "j" ? 1 : -1);
      event.preventDefault();
    } else if (/^[a-z?]$/.test(event.key) && press(event.key)) {
      event.preventDefault();
    }
  });

  // A list that htmx replaces keeps the row that had the focus.
  let kept = null;
  document.addEventListener("htmx:beforeSwap", () => { kept = current()?.dataset.row ?? null; });
  document.addEventListener("htmx:afterSettle", () => {
    if (!kept || current()) return;
    const row = document.querySelector(`[data-row="${CSS.escape(kept)}"]`);
    if (row) link(row)?.focus();
  });
})();
