(() => {
  "use strict";
  const sheet = document.styleSheets[0];
  const main = document.querySelector("main");
  const finder = document.getElementById("finder");
  const status = document.getElementById("status");
  const buttons = [...document.querySelectorAll("button.who")];
  let rules = 0;
  let chosen = "";
  let places = [];
  let at = -1;

  /* Only class names that the page was written with ("c0", "c1" …) reach the style sheet. */
  const key = (node) => [...(node ? node.classList : [])].find((name) => /^c\d+$/.test(name)) || "";

  function light(who) {
    for (; rules > 0; rules -= 1) sheet.deleteRule(sheet.cssRules.length - 1);
    if (!who) return;
    const add = (rule) => { sheet.insertRule(rule, sheet.cssRules.length); rules += 1; };
    add(`main q.${who} { background: color-mix(in srgb, var(--k) 9%, transparent); }`);
    add(`main b.${who} { background: color-mix(in srgb, var(--k) 24%, transparent); }`);
  }

  function say() {
    const button = buttons.find((b) => key(b) === chosen);
    const name = button ? button.querySelector("strong").textContent : "";
    const count = places.length === 1 ? "1 mention" : `${places.length} mentions`;
    status.textContent = at < 0 ? `${name}: ${count}` : `${name}: ${at + 1} of ${places.length}`;
  }

  function choose(who) {
    chosen = who === chosen ? "" : who;
    places = chosen ? [...main.querySelectorAll(`b.${chosen}`)] : [];
    at = -1;
    for (const b of buttons) b.setAttribute("aria-pressed", String(key(b) === chosen));
    finder.hidden = !chosen;
    if (chosen) say();
    light(chosen);
  }

  function step(by) {
    if (!places.length) return;
    at = at < 0 && by < 0 ? places.length - 1 : (at + by + places.length) % places.length;
    const place = places[at];
    place.tabIndex = -1;
    place.scrollIntoView({ block: "center" });
    place.focus({ preventScroll: true });
    say();
  }

  const over = (event) => light(key(event.target.closest("b, button.who")) || chosen);
  main.addEventListener("mouseover", over);
  main.addEventListener("mouseout", () => light(chosen));
  for (const b of buttons) {
    b.addEventListener("mouseenter", over);
    b.addEventListener("mouseleave", () => light(chosen));
    b.addEventListener("focus", over);
    b.addEventListener("blur", () => light(chosen));
    b.addEventListener("click", () => choose(key(b)));
  }
  main.addEventListener("click", (event) => {
    const b = event.target.closest("b");
    if (!b || String(getSelection())) return;
    const who = key(b);
    if (who !== chosen) choose(who);
    at = places.indexOf(b);
    say();
  });
  document.getElementById("back").addEventListener("click", () => step(-1));
  document.getElementById("on").addEventListener("click", () => step(1));
  document.getElementById("clear").addEventListener("click", () => choose(chosen));
  document.addEventListener("keydown", (event) => {
    if (!chosen || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") choose(chosen);
    if (event.key === "n") step(1);
    if (event.key === "p") step(-1);
  });
})();
