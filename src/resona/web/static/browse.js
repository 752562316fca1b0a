// The shelves: artists, albums, genres and all tracks, sorted and searched, and the tracks of one genre.

import { get } from "./api.js";
import { cover } from "./cover.js";
import { h, textButton } from "./dom.js";
import { list, nothing, playButtons } from "./list.js";
import { numbersOf, wordButton } from "./ownwords.js";
import { PAGE, paged, whole } from "./paged.js";
import { note, read } from "./place.js";
import { playlist } from "./playlist.js";
import { text } from "./texts.js";
import { wordsShelf } from "./words.js";

const KINDS = {
  artist: { path: "/artists", name: text("browse.artists"), orders: ["name", "size", "newest"] },
  album: { path: "/albums", name: text("browse.albums"), orders: ["name", "artist", "year", "size", "newest"] },
  genre: { path: "/genres", name: text("browse.genres"), orders: ["size", "name"] },
  tracks: { path: "/tracks", name: text("browse.tracks"), orders: ["artist", "album", "title", "newest"] },
};
const ORDERS = {
  name: text("browse.by_name"), artist: text("browse.by_artist"), album: text("browse.by_album"), title: text("browse.by_title"),
  year: text("browse.by_year"), size: text("browse.by_size"), newest: text("browse.by_age"),
};
const PATIENCE_MS = 150;

export function browse(kind = "artist", name = undefined) {
  if (kind === "words") return h("div", { class: "view" }, h("h1", {}, text("browse.title")), tabs(kind), wordsShelf());
  if (!Object.hasOwn(KINDS, kind)) return h("div", { class: "view" }, h("h1", {}, text("browse.title")), nothing(text("browse.no_shelf"), h("a", { href: "#/browse" }, text("browse.all_shelves"))));
  if (kind === "genre" && name !== undefined) return genre(name);
  const place = h("div", {});
  const fill = () => shelves(kind, place);
  fill();
  return h("div", { class: "view" }, h("h1", {}, text("browse.title")), tabs(kind), controls(kind, fill), place);
}

function tabs(current) {
  const all = [...Object.entries(KINDS).map(([key, { name }]) => [key, name]), ["words", text("words.words")]];
  return h("nav", { class: "tabs", "aria-label": text("browse.shelves") }, ...all.map(([key, label]) =>
    h("a", { href: `#/browse/${key}`, "aria-current": key === current ? "page" : null }, label)));
}

/** What is shown of a shelf, and in which order; both stand in the address. */
function controls(kind, fill) {
  const { parameters } = read();
  let waiting = 0;
  const search = (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { note({ q: event.target.value.trim() }); fill(); }, PATIENCE_MS);
  };
  const order = h("select", { onchange: (event) => { note({ order: event.target.value }); fill(); } },
    ...KINDS[kind].orders.map((key) => h("option", { value: key, selected: key === parameters.get("order") }, ORDERS[key])));
  return h("div", { class: "buttons-row shelf-controls", role: "search" },
    h("input", { type: "search", value: parameters.get("q") ?? "", placeholder: text("browse.filter"), "aria-label": text("browse.filter"), autocomplete: "off", spellcheck: false, oninput: search }),
    h("label", { class: "control tick" }, h("span", {}, text("browse.order")), order));
}

function shelves(kind, place) {
  const { parameters } = read();
  const [q, order] = [parameters.get("q") ?? "", parameters.get("order")];
  const wanted = { q, order: KINDS[kind].orders.includes(order) ? order : KINDS[kind].orders[0] };
  const isFound = kind === "tracks" && q; // tracks are searched as anywhere else: the best first
  const fetch = async (part) => {
    const found = await get(isFound ? "/search" : KINDS[kind].path, { ...(isFound ? { q } : wanted), ...part });
    return found.results ?? found;
  };
  const empty = q ? () => nothing(text("browse.not_found"), text("browse.nothing_called", { q })) : undefined;
  return paged(place, fetch, kind === "tracks" ? (page) => list(page) : (page) => tiles(kind, page), { size: PAGE, empty });
}

function genre(name) {
  const place = h("div", {});
  const wanted = { genre: name, order: "artist" };
  const all = () => whole("/tracks", wanted);
  paged(place, async (part) => (await get("/tracks", { ...wanted, ...part })).results, (page) => list(page));
  return h("div", { class: "view" }, h("p", {}, h("a", { href: "#/browse/genre" }, text("browse.all_genres"))),
    h("div", { class: "section-head" }, h("h1", { dir: "auto" }, name), h("div", { class: "buttons-row" }, ...playButtons(all), textButton("playlist", text("list.add_all"), async () => playlist.add(...await all())), wordButton(async () => numbersOf(await all())))), place);
}

/** Draw artists, albums or genres, each with the picture of one of its tracks. */
export function tiles(kind, shown) {
  return h("ul", { class: "tiles" }, ...shown.map((item) => {
    const href = kind === "genre" ? `#/browse/genre/${encodeURIComponent(item.name)}` : `#/${kind}/${item.id}`;
    const below = [kind === "album" ? item.artist : text("n.tracks", { n: item.n_tracks }), kind === "album" && item.year].filter(Boolean).join(" · ");
    return h("li", {}, h("a", { class: "tile", href },
      cover({ ...item, title: item.name, album: item.name }, "tile-cover"), h("span", { class: "title", dir: "auto" }, item.name),
      h("span", { class: "artist", dir: "auto" }, below)));
  }));
}
