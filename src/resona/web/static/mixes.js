// The library split into mixes of what sounds alike, each to be played, kept as a playlist, or begun a radio from.

import { get } from "./api.js";
import { cover } from "./cover.js";
import { h, textButton, toast } from "./dom.js";
import { nothing, playButtons } from "./list.js";
import { wordButton } from "./ownwords.js";
import { numbered } from "./paged.js";
import { note, read } from "./place.js";
import { playlist } from "./playlist.js";
import { radioButton } from "./radio.js";
import { number, text, word } from "./texts.js";

const TABS = { radio: text("radio.radio"), mixes: text("mixes.title"), path: text("path.title") };
const COUNTS = [0, 4, 8, 16, 32];
const N_SEEDS = 12; // the most typical tracks of a mix are what its radio stays near

/** The ways to more than a list: radio, mixes, a path. */
export function mixTabs(current) {
  return h("nav", { class: "tabs", "aria-label": text("mixes.tabs") }, ...Object.entries(TABS).map(([key, label]) =>
    h("a", { href: `#/${key}`, "aria-current": key === current ? "page" : null }, label)));
}

export function mixesView() {
  const place = h("div", { class: "mixes", "aria-live": "polite" });
  const asked = Number(read().parameters.get("n"));
  const n = COUNTS.includes(asked) ? asked : 0;
  const choice = h("select", { onchange: (event) => { note({ n: event.target.value === "0" ? "" : event.target.value }); fill(place, Number(event.target.value)); } },
    ...COUNTS.map((value) => h("option", { value, selected: value === n }, value ? String(value) : text("mixes.by_size"))));
  fill(place, n);
  return h("div", { class: "view" }, h("h1", {}, text("mixes.title")), mixTabs("mixes"), h("p", {}, text("mixes.about")),
    h("label", { class: "control tick" }, h("span", {}, text("mixes.how_many")), choice), place);
}

async function fill(place, n) {
  place.setAttribute("aria-busy", "true");
  try {
    const mixes = await get("/mixes", { n });
    place.replaceChildren(...mixes.map(card));
  } catch (error) {
    place.replaceChildren(nothing(text("mixes.none"), error.message));
  }
  place.removeAttribute("aria-busy");
}

/** What a mix is called, such as "Slow dark orchestral, violin 2", in the reader's language. */
export function called({ qualities, kind, sound, number: which }) {
  const said = kind ? word(kind) : text("mixes.mixed");
  const named = qualities.length ? text("mixes.called", { kind: said, qualities: qualities.map(word).reduce((a, b) => text("mixes.both", { a, b })) }) : said;
  const parts = [named, sound ? word(sound) : ""].filter(Boolean).join(", ");
  return `${parts[0].toUpperCase()}${parts.slice(1)}${which > 1 ? ` ${number(which)}` : ""}`;
}

function card(mix) {
  const name = called(mix);
  const tracks = () => numbered(mix.track_ids).catch((error) => { toast(error.message, "error"); return []; });
  return h("section", { class: "panel mix", "aria-label": name },
    h("div", { class: "mix-covers" }, ...mix.tracks.map((track) => cover(track, "tile-cover"))),
    h("h2", { dir: "auto" }, name),
    h("p", { class: "quiet-text" }, text("mixes.typical", { n: mix.n_tracks, titles: mix.tracks.map((track) => track.title).join(", ") })),
    h("div", { class: "buttons-row" }, ...playButtons(tracks), radioButton({ track: mix.track_ids.slice(0, N_SEEDS) }), textButton("playlist", text("mixes.save"), () => playlist.create(name, mix.track_ids)), wordButton(() => mix.track_ids)));
}
