// Choosing one song of the library: a field that searches as one types, and buttons with what it finds.

import { get } from "./api.js";
import { cover } from "./cover.js";
import { h, textButton } from "./dom.js";
import { text } from "./texts.js";

const PATIENCE_MS = 120;
const N_FOUND = 6;

/** Make a field for one song; `onchoose` is given the track, or null when it is taken back. */
export function picker(label, id, onchoose) {
  const place = h("div", { class: "picker", role: "group", "aria-label": label });
  const choose = (track) => { chosen(place, label, track, clear); onchoose(track); };
  const clear = () => { field(place, label, choose); onchoose(null); place.querySelector("input").focus(); };
  if (id) get(`/tracks/${id}`).then((track) => chosen(place, label, track, clear), () => field(place, label, choose));
  else field(place, label, choose);
  return place;
}

function chosen(place, label, track, clear) {
  place.replaceChildren(h("strong", {}, label), h("div", { class: "picked" }, cover(track),
    h("div", { class: "names" }, h("span", { class: "title", dir: "auto" }, track.title), h("span", { class: "artist", dir: "auto" }, track.artist)),
    textButton("discover", text("picker.another"), clear, { class: "button small" })));
}

function field(place, label, choose) {
  const found = h("div", { class: "found", "aria-live": "polite" });
  let waiting = 0;
  const find = async (q) => {
    const { results } = q.trim() ? await get("/search", { q, limit: N_FOUND }).catch(() => ({ results: [] })) : { results: [] };
    found.replaceChildren(...results.map((track) => h("button", { type: "button", class: "quiet", onclick: () => choose(track) }, cover(track),
      h("span", { class: "names" }, h("span", { class: "title", dir: "auto" }, track.title), h("span", { class: "artist", dir: "auto" }, track.artist)))));
  };
  const input = h("input", { type: "search", placeholder: text("picker.search"), "aria-label": `${label}: ${text("picker.search")}`, autocomplete: "off", spellcheck: false,
    oninput: (event) => { clearTimeout(waiting); waiting = setTimeout(() => find(event.target.value), PATIENCE_MS); } });
  place.replaceChildren(h("strong", {}, label), input, found);
}
