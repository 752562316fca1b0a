// A way from one song to another: both chosen here, its steps in a list, and drawn on the map.

import { get } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { list, nothing, playButtons } from "./list.js";
import { libraryMap } from "./map.js";
import { mixTabs } from "./mixes.js";
import { picker } from "./picker.js";
import { note, read } from "./place.js";
import { playlist } from "./playlist.js";
import { number, sentence, text } from "./texts.js";

const LENGTHS = [5, 8, 12, 20, 40];
const EVEN = 2; // steps that differ by more have a jump among them

export function pathView() {
  const { parameters } = read();
  const wanted = { start: Number(parameters.get("start")) || null, end: Number(parameters.get("end")) || null, k: LENGTHS.includes(Number(parameters.get("k"))) ? Number(parameters.get("k")) : 12 };
  const place = h("div", { class: "path", "aria-live": "polite" });
  const choose = (name) => (track) => { wanted[name] = track?.track_id ?? null; note({ [name]: wanted[name] ?? "" }); walk(wanted, place); };
  const length = h("select", { onchange: (event) => { wanted.k = Number(event.target.value); note({ k: wanted.k }); walk(wanted, place); } },
    ...LENGTHS.map((value) => h("option", { value, selected: value === wanted.k }, text("n.tracks", { n: value }))));
  walk(wanted, place);
  return h("div", { class: "view" }, h("h1", {}, text("path.title")), mixTabs("path"), h("p", {}, text("path.about")),
    h("div", { class: "path-ends" }, picker(text("path.from"), wanted.start, choose("start")), picker(text("path.to"), wanted.end, choose("end")),
      h("label", { class: "control" }, h("span", {}, text("path.length")), length)),
    place);
}

async function walk({ start, end, k }, place) {
  if (!start || !end) return place.replaceChildren();
  place.setAttribute("aria-busy", "true");
  try {
    show(await get("/path", { start, end, k }), place);
  } catch (error) {
    place.replaceChildren(nothing(text("path.none"), error.message));
  }
  return place.removeAttribute("aria-busy");
}

function show(way, place) {
  const tracks = way.results;
  const words = [
    way.is_monotone ? "" : text("path.not_nearer"),
    way.evenness > EVEN ? text("path.jump", { times: number(way.evenness, { maximumFractionDigits: 1 }) }) : "", ...way.relaxed.map(sentence),
  ].filter(Boolean).join(" ");
  const map = h("div", { class: "map-place" });
  libraryMap(map, { way: tracks.map((track) => track.track_id) }).catch((error) => toast(error.message, "error"));
  place.replaceChildren(
    h("div", { class: "buttons-row" }, ...playButtons(() => tracks), textButton("playlist", text("mixes.save"), () => playlist.create(text("path.name", { from: tracks[0].title, to: tracks.at(-1).title }), tracks.map((track) => track.track_id)))),
    words && h("p", { class: "quiet-text" }, words),
    list(tracks, { label: text("path.title"), position: (track) => track.rank }),
    h("h2", {}, text("path.on_the_map")), map);
}
