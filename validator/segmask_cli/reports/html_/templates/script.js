"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
  const texts = new WeakMap();
  const text = (element) => {
    if (!texts.has(element)) {
      const rule = element.closest(".rule");
      texts.set(element, `${rule ? one("h3", rule).textContent : ""} ${element.textContent}`.toLowerCase());
    }
    return texts.get(element);
  };
  const words = (input) => input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const later = (work) => {
    let waiting = 0;
    return () => {
      clearTimeout(waiting);
      waiting = setTimeout(work, 120);
    };
  };

  // what is out of sight has an estimated height, which changes on the way: so scroll until the place stays
  const go = (element, block, left = 12) => {
    const before = element.getBoundingClientRect().top;
    element.scrollIntoView({ block, behavior: "instant" });
    if (left) requestAnimationFrame(() => { if (left === 12 || element.getBoundingClientRect().top !== before) go(element, block, left - 1); });
  };

  const findings = () => {
    const section = one("#findings");
    const search = one("#search");
    if (!search) return;
    const rules = all(".rule", section).map((rule) => [rule, all(".finding", rule)]);
    const total = rules.reduce((sum, [, items]) => sum + items.length, 0);
    const severities = all("[name=severity]", section);
    const effect = one("#effect");
    const archive = one("#archive");
    const apply = () => {
      const wanted = words(search);
      const severe = new Set(severities.filter((box) => box.checked).map((box) => box.value));
      let shown = 0;
      for (const [rule, items] of rules) {
        let count = 0;
        for (const item of items) {
          const { severity, effect: does, archive: of } = item.dataset;
          const is = severe.has(severity) && (!effect.value || effect.value === does) &&
            (!archive || !archive.value || archive.value === of) && wanted.every((word) => text(item).includes(word));
          if (item.hidden === is) item.hidden = !is;
          count += is;
        }
        if (rule.hidden !== !count) rule.hidden = !count;
        shown += count;
      }
      one("#no-match").hidden = shown > 0;
      one(".shown", section).textContent = shown === total ? plural(total, "finding") : `${shown.toLocaleString("en")} of ${plural(total, "finding")}`;
    };
    const reset = () => {
      search.value = "";
      effect.value = "";
      if (archive) archive.value = "";
      for (const box of severities) box.checked = true;
      apply();
    };
    const step = (by) => {
      const items = rules.filter(([rule]) => !rule.hidden).flatMap(([, each]) => each.filter((item) => !item.hidden));
      const here = items.indexOf(document.activeElement && document.activeElement.closest(".finding"));
      const next = items[here < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(Math.max(here + by, 0), items.length - 1)];
      if (next) {
        next.focus({ preventScroll: true });
        go(next, "center");
      }
    };
    const show = () => {
      const target = /^#f\d+$/.test(location.hash) && one(location.hash);
      if (target) {
        if (target.hidden) reset();
        target.focus({ preventScroll: true });
        go(target, "center");
      }
    };
    search.addEventListener("input", later(apply));
    for (const control of [...severities, effect, archive]) if (control) control.addEventListener("change", apply);
    addEventListener("hashchange", show);
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape" && one("#findings").contains(document.activeElement)) {
        reset();
        return;
      }
      if (event.target.closest("input, select, textarea")) return;
      if (event.key === "/") search.focus();
      else if (event.key === "j") step(1);
      else if (event.key === "k") step(-1);
      else return;
      event.preventDefault();
    });
    apply();
    show();
  };

  const images = () => {
    const section = one("#images");
    const search = one("#search-images");
    if (!search) return;
    const cards = all(".card", section);
    const only = one("#only-found");
    const apply = () => {
      const wanted = words(search);
      let shown = 0;
      for (const card of cards) {
        const is = (!only.checked || card.dataset.found !== "0") && wanted.every((word) => text(card).includes(word));
        if (card.hidden === is) card.hidden = !is;
        shown += is;
      }
      one(".shown", section).textContent = shown === cards.length ? plural(shown, "image") : `${shown.toLocaleString("en")} of ${plural(cards.length, "image")}`;
    };
    search.addEventListener("input", later(apply));
    only.addEventListener("change", apply);
    for (const view of all("[name=view]", section)) {
      view.addEventListener("change", () => { one(".gallery", section).dataset.view = view.value; });
    }
    apply();
  };

  const theme = () => {
    const button = one("#theme");
    const root = document.documentElement;
    const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const name = () => { button.textContent = dark() ? "Light" : "Dark"; };
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      name();
    });
    button.hidden = false;
    name();
  };

  for (const link of all("nav a")) link.addEventListener("click", () => go(one(link.hash), "start"));
  for (const tools of all(".tools")) tools.hidden = false;
  addEventListener("beforeprint", () => { for (const part of all("details")) part.open = true; });
  findings();
  images();
  theme();
})();
