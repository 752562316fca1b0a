// What the colours of the map mean: genres as tagged, or how well each track fits words.

import { getBytes } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { readShades } from "./mappoints.js";
import { genreColours } from "./painter.js";
import { percent, text } from "./texts.js";
import { wordsForm } from "./wordsform.js";

const N_LARGEST = 14; // genres that have a button
const [FAR, NEAR] = [[140, 147, 158], [232, 89, 12]]; // colours of what fits least, and best
const N_STEPS = 12;

/** Make the legend, which colours the points, first by genre; `points` are their ids and genres, and the genres' names. */
export function legend(painter, points, redraw) {
  const place = h("div", { class: "legend", role: "group" });
  const fill = (label, groups, colours, ...parts) => {
    painter.colour(groups, colours);
    place.setAttribute("aria-label", label);
    place.replaceChildren(...parts);
    redraw();
  };
  const byGenre = () => fill(text("browse.genres"), points.genre, genreColours(points.names.length), ...genres(painter, points, redraw));
  const byWords = async (words) => {
    try {
      const shades = readShades(new DataView(await getBytes("/map/shades", { q: words })));
      const fits = Array.from(points.ids, (id) => shades.get(id) ?? 0);
      const most = fits.reduce((a, b) => Math.max(a, b), 0.001);
      fill(words, Uint32Array.from(fits, (fit) => Math.min(N_STEPS - 1, Math.floor((fit / most) * N_STEPS))), ramp(), ...scale(words, most, byGenre));
    } catch (error) {
      toast(error.message, "error");
    }
  };
  byGenre();
  return h("div", {}, place, wordsForm("map-words", text("map.by_words"), text("map.colour"), byWords));
}

/** Give a button for each of the largest genres, which shows it alone. */
function genres(painter, { genre: genreOf, names }, redraw) {
  const sizes = new Map();
  for (const genre of genreOf) sizes.set(genre, (sizes.get(genre) ?? 0) + 1);
  const largest = [...sizes].sort((a, b) => b[1] - a[1]).slice(0, N_LARGEST);
  const colours = genreColours(names.length);
  const only = (genre) => (event) => {
    const chosen = painter.only === genre ? null : genre;
    painter.only = chosen;
    for (const button of event.currentTarget.parentNode.children) button.setAttribute("aria-pressed", String(button === event.currentTarget && chosen !== null));
    redraw();
  };
  return largest.map(([genre, n]) => h("button", { type: "button", class: "chip", "aria-pressed": "false", title: text("n.tracks", { n }), onclick: only(genre) },
    dot(colours[genre]), names[genre] || text("map.no_genre")));
}

/** Say what the ends of the ramp mean, with the way back. */
function scale(words, most, onback) {
  const ends = [[0, ramp()[0]], [most, ramp().at(-1)]].map(([share, colour]) => h("span", { class: "chip" }, dot(colour), percent(share)));
  return [h("span", {}, text("map.fits", { words })), ...ends, textButton("undo", text("map.by_genre"), onback, { class: "button small" })];
}

function dot(colour) {
  const made = h("span", { class: "dot", "aria-hidden": "true" });
  made.style.setProperty("--colour", colour);
  return made;
}

function ramp() {
  const mixed = (step) => FAR.map((from, place) => Math.round(from + ((NEAR[place] - from) * step) / (N_STEPS - 1)));
  return Array.from({ length: N_STEPS }, (_, step) => `#${mixed(step).map((value) => value.toString(16).padStart(2, "0")).join("")}`);
}
