// How a list is to be: its length, limits, order and filters, chosen by controls and kept in this browser.

import { get } from "./api.js";
import { h } from "./dom.js";
import { keep, keptFields } from "./keep.js";
import { note, read } from "./place.js";

const USUAL = { k: 20, per_artist: 2, same_artist: false, versions: false, diversity: 0, order: "similarity", genre: "", year_from: "", year_to: "", bpm_from: "", bpm_to: "", where: "" };
const FILTERS = ["genre", "year_from", "year_to", "bpm_from", "bpm_to", "where"];

/** What the address says, or null where it says nothing; what it cannot mean is as usual. */
function addressed() {
  const { parameters } = read();
  const named = Object.keys(USUAL).filter((name) => parameters.has(name));
  const meant = (name) => ({ number: Number, boolean: (text) => text === "true", string: String })[typeof USUAL[name]](parameters.get(name));
  return named.length ? { ...USUAL, ...Object.fromEntries(named.map((name) => [name, meant(name)]).filter(([, value]) => !Number.isNaN(value))) } : null;
}

export class Tuning {
  #chosen;
  #onchange;
  #count = h("span", { class: "count" });
  #place = h("div", { class: "controls-grid" });

  constructor(onchange) {
    this.#onchange = onchange;
    this.#chosen = addressed() ?? keptFields("tuning", USUAL);
    this.#note();
    this.element = h("details", { class: "tune", ontoggle: () => this.#place.firstChild ?? this.#draw() }, h("summary", {}, "Tune this list", this.#count), this.#place);
    this.#tell();
  }

  /** What to ask the server for: those of the controls become one filter, what was written is another. */
  get parameters() {
    const { genre, year_from, year_to, bpm_from, bpm_to, where, ...rest } = this.#chosen;
    const quoted = genre.includes('"') ? `'${genre}'` : `"${genre}"`;
    const parts = [genre && `genre = ${quoted}`, year_from && `year >= ${year_from}`, year_to && `year <= ${year_to}`, bpm_from && `bpm >= ${bpm_from}`, bpm_to && `bpm <= ${bpm_to}`];
    return { ...rest, where: [parts.filter(Boolean).join(" and "), where] };
  }

  #set(name, value) {
    this.#chosen[name] = typeof USUAL[name] === "number" ? Number(value) : value;
    keep("tuning", this.#chosen);
    this.#note();
    this.#tell();
    this.#onchange();
  }

  #reset() {
    this.#chosen = { ...USUAL };
    keep("tuning", this.#chosen);
    this.#note();
    this.#draw();
    this.#tell();
    this.#onchange();
  }

  /** Write what is not usual into the address, so that it brings the same list again. */
  #note() {
    note(Object.fromEntries(Object.entries(this.#chosen).map(([name, value]) => [name, value === USUAL[name] ? "" : String(value)])));
  }

  /** Say in the summary that something is chosen, filters above all: a list must not be short for a hidden reason. */
  #tell() {
    const changed = Object.keys(USUAL).filter((name) => String(this.#chosen[name]) !== String(USUAL[name]));
    const filtered = changed.some((name) => FILTERS.includes(name));
    this.#count.textContent = changed.length ? ` · ${filtered ? "filtered" : "changed"}` : "";
  }

  #draw() {
    this.#place.replaceChildren(
      this.#choice("k", "Length", [[10, "10"], [20, "20"], [50, "50"], [100, "100"]]),
      this.#choice("per_artist", "Per artist", [[1, "1 track"], [2, "2 tracks"], [3, "3 tracks"], [0, "any number"]]),
      this.#choice("order", "Order", [["similarity", "most similar first"], ["flow", "flowing"], ["shuffle", "shuffled"]]),
      this.#labelled("Diversity", h("input", { type: "range", min: 0, max: 1, step: 0.1, value: this.#chosen.diversity, onchange: (event) => this.#set("diversity", Number(event.target.value)) })),
      this.#genres(),
      this.#range("Years", "year", 1000, 9999),
      this.#range("BPM", "bpm", 20, 400),
      h("span", { class: "ticks" }, this.#tick("same_artist", "The same artist too"), this.#tick("versions", "Several versions")),
      h("label", { class: "control wide" }, h("span", {}, "Only where"), h("input", { type: "text", value: this.#chosen.where, placeholder: 'For example: genre in ("rock", "metal") and duration < 5:00', spellcheck: false, autocomplete: "off", onchange: (event) => this.#set("where", event.target.value.trim()) })),
      h("button", { type: "button", class: "button small", onclick: () => this.#reset() }, "Back to usual"));
  }

  #labelled(label, field) {
    return h("label", { class: "control" }, h("span", {}, label), field);
  }

  #choice(name, label, options) {
    return this.#labelled(label, h("select", { onchange: (event) => this.#set(name, event.target.value) },
      ...options.map(([value, text]) => h("option", { value, selected: String(value) === String(this.#chosen[name]) }, text))));
  }

  #tick(name, label) {
    return h("label", { class: "control tick" }, h("input", { type: "checkbox", checked: this.#chosen[name], onchange: (event) => this.#set(name, event.target.checked) }), h("span", {}, label));
  }

  #genres() {
    const select = h("select", { onchange: (event) => this.#set("genre", event.target.value) }, h("option", { value: "" }, "any"));
    const fill = (genres) => {
      select.append(...genres.filter((genre) => genre.name).map((genre) => h("option", { value: genre.name }, genre.name)));
      select.value = this.#chosen.genre;
    };
    get("/genres", { limit: 200 }).then(fill, () => {});
    return this.#labelled("Genre", select);
  }

  #range(label, name, min, max) {
    const field = (end) => h("input", { type: "number", min, max, step: 1, value: this.#chosen[`${name}_${end}`], placeholder: end, "aria-label": `${label} ${end}`, onchange: (event) => event.target.reportValidity() && this.#set(`${name}_${end}`, event.target.value) });
    return h("fieldset", { class: "control range" }, h("legend", {}, label), field("from"), h("span", { "aria-hidden": "true" }, "–"), field("to"));
  }
}
