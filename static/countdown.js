// Counts support time down between two answers of the server: only while the calendar is open, on the server's clock.
(() => {
  const loaded = new Map(); // element → what our own clock said when it arrived

  const seconds = (element) => {
    const { left, at, open, turns } = element.dataset;
    if (!loaded.has(element)) loaded.set(element, performance.now());
    const since = (performance.now() - loaded.get(element)) / 1000;
    const turn = turns ? (Date.parse(turns) - Date.parse(at)) / 1000 : Infinity;
    const counted = open === "yes" ? Math.min(since, turn) : Math.max(0, since - turn);
    return Math.trunc(Number(left) - counted);
  };

  const words = (total) => {
    const whole = Math.abs(total);
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    const parts = [];
    if (hours) parts.push(`${hours}\u00a0h`);
    if (minutes) parts.push(`${minutes}\u00a0min`);
    if (whole % 60 && !hours && minutes < 5) parts.push(`${whole % 60}\u00a0s`);
    return (total < 0 ? "−" : "") + (parts.join(" ") || "0\u00a0min");
  };

  const tick = () => {
    for (const element of loaded.keys()) if (!element.isConnected) loaded.delete(element);
    for (const element of document.querySelectorAll("[data-left]")) {
      const now = seconds(element);
      const shown = words(now);
      if (element.textContent !== shown) element.textContent = shown;
      // A deadline passed before our eyes: whoever shows its state asks the server again.
      if (Number(element.dataset.left) >= 0 && now < 0 && !element.dataset.turned) {
        element.dataset.turned = "yes";
        document.body.dispatchEvent(new CustomEvent("clock-turned"));
      }
    }
  };

  tick();
  document.addEventListener("htmx:afterSettle", tick);
  setInterval(tick, 1000);
})();
