// A list of similar tracks with its controls: limits, filters, diversity, and the reasons for each line.

import { get } from "./api.js";
import { h, iconButton, textButton } from "./dom.js";
import { list, nothing, skeleton } from "./list.js";
import { playlist } from "./playlist.js";
import { reasons } from "./why.js";

const KEY = "resona.tuning";
const USUAL = { k: 20, per_artist: 2, same_artist: false, versions: false, diversity: 0, order: "similarity", where: "" };

function tuning() {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return { ...USUAL };
  }
}

/** Draw the list for some seeds: `{track: [ids], upload: [ids], unlike: [ids]}`. */
export function similarSection(seeds, { title = "Sounds like this" } = {}) {
  const wanted = tuning();
  const place = h("div", { class: "results", "aria-live": "polite" });
  const summary = h("p", { class: "quiet-text" });
  let latest = 0;
  let found = [];

  async function refresh() {
    const turn = (latest += 1);
    if (!place.firstChild) place.replaceChildren(skeleton());
    try {
      const answer = await get("/similar", { ...seeds, ...wanted });
      if (turn !== latest) return;
      found = answer.results;
      place.replaceChildren(found.length ? drawn(answer) : nothing("Nothing left", "The filters leave no track; loosen them above."));
      summary.textContent = explain(answer);
    } catch (error) {
      if (turn !== latest) return;
      place.replaceChildren(nothing("No list", error.message));
      summary.textContent = "";
    }
  }

  function drawn(answer) {
    const seed = seeds.track?.length === 1 && !seeds.upload?.length ? seeds.track[0] : null;
    return list(answer.results, { label: title, extra: (track) => (seed ? [whyButton(seed, track)] : []) });
  }

  function change(name, value) {
    wanted[name] = value;
    localStorage.setItem(KEY, JSON.stringify(wanted));
    refresh();
  }

  refresh();
  return h("section", { class: "similar", "aria-label": title },
    h("div", { class: "section-head" }, h("h2", {}, title), textButton("playlist", "Add all", () => playlist.add(...found))),
    controls(wanted, change), summary, place);
}

function whyButton(seed, track) {
  const button = iconButton("why", `Why is ${track.title} in this list?`, async () => {
    const line = button.closest(".row");
    const open = line.nextElementSibling?.classList.contains("why") ? line.nextElementSibling : null;
    button.setAttribute("aria-expanded", String(!open));
    if (open) open.remove();
    else line.after(h("li", { class: "why" }, await reasons(seed, track)));
  }, { "aria-expanded": "false" });
  return button;
}

function controls(wanted, change) {
  const choice = (name, label, options) => h("label", { class: "control" }, h("span", {}, label),
    h("select", { onchange: (event) => change(name, event.target.value) }, ...options.map(([value, text]) => h("option", { value, selected: String(value) === String(wanted[name]) }, text))));
  const tick = (name, label) => h("label", { class: "control tick" }, h("input", { type: "checkbox", checked: wanted[name], onchange: (event) => change(name, event.target.checked) }), h("span", {}, label));
  const help = "For example: year >= 1990 and genre in (\"rock\", \"metal\") and bpm < 130";
  return h("details", { class: "tune" }, h("summary", {}, "Tune this list"),
    h("div", { class: "controls-grid" },
      choice("k", "Length", [[10, "10"], [20, "20"], [50, "50"], [100, "100"]]),
      choice("per_artist", "Per artist", [[1, "1 track"], [2, "2 tracks"], [3, "3 tracks"], [0, "any number"]]),
      choice("order", "Order", [["similarity", "most similar first"], ["flow", "flowing"], ["shuffle", "shuffled"]]),
      h("label", { class: "control" }, h("span", {}, "Diversity"), h("input", { type: "range", min: 0, max: 1, step: 0.1, value: wanted.diversity, onchange: (event) => change("diversity", Number(event.target.value)) })),
      tick("same_artist", "The same artist too"), tick("versions", "Several versions"),
      h("label", { class: "control wide" }, h("span", {}, "Only where"), h("input", { type: "text", value: wanted.where, placeholder: help, spellcheck: false, autocomplete: "off", onchange: (event) => change("where", event.target.value.trim()) }))));
}

function explain(answer) {
  return [answer.removed_sentence, ...answer.relaxed].filter(Boolean).join(" ");
}
