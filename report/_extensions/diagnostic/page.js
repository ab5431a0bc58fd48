// What the page does where scripts run; without them it says the same. Nothing is fetched, nothing is kept.
(() => {
  "use strict";
  const MOST = 12, LONGEST = 150;  // results, and signs of a passage
  const make = (tag, attributes, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };
  const said = (element) => element.textContent.replace(/\s+/g, " ").trim();
  const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const main = document.getElementById("contenu");

  // Search: every word of the page, whichever way both genders are written. Headings, captions and indicators first, then the
  // passages that no other result holds; an indicator opens its card.
  const both = (text) =>
    text.replace(/([a-z]+)·([a-z]+)/g, (written, root, end) => {
      const many = end.endsWith("s") && !root.endsWith("s") ? "s" : "";
      const cut = end.startsWith("rice") || end.startsWith("euse") ? /eur$/ : end.startsWith("se") ? /r$/ : /$^/;
      return written + " " + root + many + " " + root.replace(cut, "") + end;
    });
  const key = (text) => both(folded(text)).replace(/\bpistes\b/, "$& recommandations preconisations");
  const heading = (element) => {
    for (let at = element; at && at !== main; at = at.parentElement)
      for (let before = at; before; before = before.previousElementSibling) if (/^H[2-4]$/.test(before.tagName)) return said(before);
    return "";
  };
  const described = (figure) => said(figure) + " " + [...figure.querySelectorAll("img")].map((image) => image.alt).join(" ");
  const listed = () => [
    ...[...main.querySelectorAll("h2[id], h3[id], h4[id]")].map((h) => ["Titre", said(h), h, h.id]),
    ...[...main.querySelectorAll("figure[id] > figcaption")].map((c) => ["Figure", said(c), c.parentElement, described(c.parentElement)]),
    ...[...main.querySelectorAll("table[id] > caption")].map((c) => ["Tableau", said(c), c.parentElement, ""]),
    ...[...document.querySelectorAll(".carte")].map((c) => ["Indicateur", said(c.querySelector(".carte-titre")), c, c.id]),
    ...[...main.querySelectorAll("p, li, tbody tr")]
      .filter((one) => !one.closest(".carte, .recherche, figure") && !one.querySelector("p, li"))
      .map((one) => ["", said(one), one, ""]),
  ].map(([kind, text, target, more]) => ({ kind, text, target, key: key(text + " " + more) }));
  let entries = null;
  const input = make("input", { type: "search", id: "recherche", autocomplete: "off", "aria-controls": "recherche-trouve" });
  const count = make("p", { role: "status", class: "recherche-compte" });
  const found = make("ul", { id: "recherche-trouve" });
  const label = make("label", { for: "recherche" }, "Chercher un mot, un lieu, un indicateur");
  main.prepend(make("div", { role: "search", class: "recherche" }, label, input, count, found));
  const around = (text, word) => {
    if (text.length <= LONGEST) return text;
    const at = Math.max(0, folded(text).indexOf(word) - LONGEST / 3);
    const from = at && text.indexOf(" ", at) + 1;
    const last = from + LONGEST >= text.length;
    return (from ? "… " : "") + text.slice(from, last ? undefined : text.lastIndexOf(" ", from + LONGEST)) + (last ? "" : " …");
  };
  const result = ({ kind, text, target }, word) => {
    target.id ||= "passage-" + entries.findIndex((entry) => entry.target === target);
    const link = target.popover
      ? make("button", { type: "button", popovertarget: target.id, "aria-haspopup": "dialog" }, text)
      : make("a", { href: "#" + target.id }, kind ? text : around(text, word));
    return make("li", {}, link, " ", make("span", {}, kind || heading(target)));
  };
  input.addEventListener("input", () => {
    entries ??= listed();
    const words = folded(input.value).split(/\s+/).filter(Boolean);
    const matching = words.length ? entries.filter((entry) => words.every((word) => entry.key.includes(word))) : [];
    const passages = matching.filter((entry) => !entry.kind);
    const named = matching.filter((entry) => entry.kind).slice(0, Math.max(MOST / 2, MOST - passages.length));
    found.replaceChildren(...[...named, ...passages].slice(0, MOST).map((entry) => result(entry, words[0])));
    const rest = matching.length > MOST ? ", les premiers sont ici" : "";
    count.textContent = words.length ? (matching.length ? "Trouvés\u00a0: " + matching.length + rest : "Rien n’est trouvé.") : "";
  });

  // Copy a number with what it is of, its source and what to read with it.
  const title = said(document.querySelector("h1"));
  const about = [".sous-titre", ".signature"].map((name) => document.querySelector(name)).filter(Boolean).map(said);
  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", {}, text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  for (const card of document.querySelectorAll(".carte")) {
    const lines = Object.fromEntries([...card.querySelectorAll("dt")].map((dt) => [said(dt), said(dt.nextElementSibling)]));
    const status = make("span", { role: "status", class: "copie-dite" });
    const button = make("button", { type: "button", class: "copier" }, "Copier avec sa source");
    button.addEventListener("click", async () => {
      const causes = lines["Ce qu’il réunit"] ? "\u00a0; " + lines["Ce qu’il réunit"].replace(/\s*;/g, ",") : "";
      const limits = lines.Intervalle && lines.Intervalle !== "aucun" ? " (intervalle\u00a0: " + lines.Intervalle + causes + ")" : "";
      const number = said(card.querySelector(".carte-titre")) + "\u00a0: " + lines.Valeur + limits + ".";
      const base = lines.Univers ? " Parmi\u00a0: " + lines.Univers + "." : "";
      const source = " Source\u00a0: " + [title, ...about].join(", ") + ", indicateur " + card.id.replace("carte-", "") + ".";
      await copied(number + base + source + " Ce nombre décrit ce qui a été vu, pas tout ce qui existe.");
      status.textContent = "Copié.";
    });
    const close = card.querySelector(":scope > button");
    close.before(button, " ");
    close.after(" ", status);
  }

  // Sort a table by a column; its last line stays last where it is the whole.
  const value = (row, at) => said(row.cells[at]);
  const numeric = (text) => {
    const digits = /^−?[\d\s\u00a0\u202f]+(,\d+)?/.exec(text);
    return digits ? Number(digits[0].replace(/[\s\u00a0\u202f]/g, "").replace("−", "-").replace(",", ".")) : NaN;
  };
  const order = new Intl.Collator("fr", { numeric: true });
  const compared = (a, b) => {
    const numbers = [numeric(a), numeric(b)];
    if (numbers.some(Number.isNaN)) return Number.isNaN(numbers[0]) - Number.isNaN(numbers[1]) || order.compare(a, b);
    return numbers[0] - numbers[1];
  };
  for (const table of main.querySelectorAll("table")) {
    const body = table.tBodies[0];
    if (table.tBodies.length !== 1 || !table.tHead || body.rows.length < 4 || body.querySelector("[colspan], [rowspan]")) continue;
    const whole = [...body.rows].filter((row) => value(row, 0) === "Ensemble");
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = make("button", { type: "button", class: "trier", title: "Trier selon cette colonne" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].filter((row) => !whole.includes(row));
        rows.sort((a, b) => (down ? -1 : 1) * compared(value(a, at), value(b, at)));
        body.append(...rows, ...whole);
      });
    });
  }
})();
