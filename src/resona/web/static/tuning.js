// How a list is to be: its length, limits, order and filters, chosen by controls and kept in this browser.

import { get } from "./api.js";
import { h } from "./dom.js";
import { keep, keptFields } from "./keep.js";
import { note, read } from "./place.js";
import { number, text } from "./texts.js";

const USUAL = { k: 20, per_artist: 2, same_artist: false, versions: false, diversity: 0, order: "similarity", genre: "", year_from: "", year_to: "", bpm_from: "", bpm_to: "", where: "" };
export const EXAMPLE = 'genre in ("rock", "metal") and duration < 5:00';
const ENDS = { from: "tune.from", to: "tune.to" };
const FILTERS = ["genre", "year_from", "year_to", "bpm_from", "bpm_to", "where"];

/** What the address says, or null where it says nothing; what it cannot mean is as usual. */
function addressed() {
  const { parameters } = read();
  const named = Object.keys(USUAL).filter((name) => parameters.has(name));
  const meant = (name) => ({ number: Number, boolean: (words) => words === "true", string: String })[typeof USUAL[name]](parameters.get(name));
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
    this.element = h("details", { class: "tune", ontoggle: () => this.#place.firstChild ?? this.#draw() }, h("summary", {}, text("tune.title"), this.#count), this.#place);
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
    this.#count.textContent = changed.length ? ` · ${text(filtered ? "tune.filtered" : "tune.changed")}` : "";
  }

  #draw() {
    this.#place.replaceChildren(
      this.#choice("k", text("tune.length"), [10, 20, 50, 100].map((n) => [n, number(n)])),
      this.#choice("per_artist", text("tune.per_artist"), [...[1, 2, 3].map((n) => [n, text("n.tracks", { n })]), [0, text("tune.any_number")]]),
      this.#choice("order", text("tune.order"), [["similarity", text("tune.by_similarity")], ["flow", text("tune.flowing")], ["shuffle", text("tune.shuffled")]]),
      this.#labelled(text("tune.diversity"), h("input", { type: "range", min: 0, max: 1, step: 0.1, value: this.#chosen.diversity, onchange: (event) => this.#set("diversity", Number(event.target.value)) })),
      this.#genres(),
      this.#range(text("tune.years"), "year", 1000, 9999),
      this.#range(text("tune.bpm"), "bpm", 20, 400),
      h("span", { class: "ticks" }, this.#tick("same_artist", text("tune.same_artist")), this.#tick("versions", text("tune.versions"))),
      h("label", { class: "control wide" }, h("span", {}, text("tune.where")), h("input", { type: "text", value: this.#chosen.where, placeholder: text("tune.example", { filter: EXAMPLE }), spellcheck: false, autocomplete: "off", onchange: (event) => this.#set("where", event.target.value.trim()) })),
      h("button", { type: "button", class: "button small", onclick: () => this.#reset() }, text("tune.reset")));
  }

  #labelled(label, field) {
    return h("label", { class: "control" }, h("span", {}, label), field);
  }

  #choice(name, label, options) {
    return this.#labelled(label, h("select", { onchange: (event) => this.#set(name, event.target.value) },
      ...options.map(([value, words]) => h("option", { value, selected: String(value) === String(this.#chosen[name]) }, words))));
  }

  #tick(name, label) {
    return h("label", { class: "control tick" }, h("input", { type: "checkbox", checked: this.#chosen[name], onchange: (event) => this.#set(name, event.target.checked) }), h("span", {}, label));
  }

  #genres() {
    const select = h("select", { onchange: (event) => this.#set("genre", event.target.value) }, h("option", { value: "" }, text("tune.any")));
    const fill = (genres) => {
      select.append(...genres.filter((genre) => genre.name).map((genre) => h("option", { value: genre.name }, genre.name)));
      select.value = this.#chosen.genre;
    };
    get("/genres", { limit: 200 }).then(fill, () => {});
    return this.#labelled(text("tune.genre"), select);
  }

  #range(label, name, min, max) {
    const field = (end) => h("input", { type: "number", min, max, step: 1, value: this.#chosen[`${name}_${end}`], placeholder: text(ENDS[end]), "aria-label": text("tune.end", { what: label, end: text(ENDS[end]) }), onchange: (event) => event.target.reportValidity() && this.#set(`${name}_${end}`, event.target.value) });
    return h("fieldset", { class: "control range" }, h("legend", {}, label), field("from"), h("span", { "aria-hidden": "true" }, "–"), field("to"));
  }
}
