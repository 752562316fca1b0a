// The shelves: artists, albums and genres, and the tracks on each.

import { get } from "./api.js";
import { cover } from "./cover.js";
import { count, h, textButton, toast } from "./dom.js";
import { list, nothing, skeleton } from "./list.js";
import { playlist } from "./playlist.js";

const KINDS = { artist: "artists", album: "albums", genre: "genres", tracks: "tracks" };
const PAGE = 100;
const MOST = 500; // that the server gives at once

export function browse(kind = "artist", name = undefined, artist = undefined) {
  if (!Object.hasOwn(KINDS, kind)) return h("div", { class: "view" }, h("h1", {}, "Your library"), nothing("No such shelf", h("a", { href: "#/browse" }, "All shelves")));
  if (name !== undefined) return shelf(kind, name, artist);
  const tabs = h("nav", { class: "tabs", "aria-label": "Shelves" }, ...Object.entries(KINDS).map(([key, label]) =>
    h("a", { href: `#/browse/${key}`, "aria-current": key === kind ? "page" : null }, label[0].toUpperCase() + label.slice(1))));
  const place = h("div", {});
  const draw = kind === "tracks" ? (page) => list(page) : (page) => tiles(kind, page);
  const fetch = async (offset) => {
    const parameters = { limit: PAGE, offset, order: kind === "tracks" ? "artist" : undefined };
    const found = await get(`/${KINDS[kind]}`, parameters);
    return found.results ?? found;
  };
  paged(place, fetch, draw);
  return h("div", { class: "view" }, h("h1", {}, "Your library"), tabs, place);
}

function shelf(kind, name, artist) {
  const place = h("div", {});
  const wanted = { artist, [kind]: name, order: kind === "album" ? "album" : "artist" };
  const fetch = async (offset) => (await get("/tracks", { ...wanted, limit: PAGE, offset })).results;
  paged(place, fetch, (page) => list(page));
  return h("div", { class: "view" }, h("p", {}, h("a", { href: `#/browse/${kind}` }, `All ${KINDS[kind]}`)),
    h("div", { class: "section-head" }, h("h1", {}, name), textButton("playlist", "Add all", () => addAll(wanted))), place);
}

/** Add a whole shelf to the playlist, whatever of it has been seen. */
async function addAll(wanted) {
  const all = [];
  try {
    for (let page = { has_more: true }; page.has_more; all.push(...page.results)) page = await get("/tracks", { ...wanted, limit: MOST, offset: all.length });
    await playlist.add(...all);
  } catch (error) {
    toast(error.message, "error");
  }
}

function tiles(kind, shelves) {
  return h("ul", { class: "tiles" }, ...shelves.map((item) => {
    const path = [kind, item.name, ...(item.artist ? [item.artist] : [])].map(encodeURIComponent).join("/");
    return h("li", {}, h("a", { class: "tile", href: `#/browse/${path}` },
      cover({ ...item, title: item.name, album: item.name }, "tile-cover"), h("span", { class: "title" }, item.name),
      h("span", { class: "artist" }, item.artist || count(item.n_tracks, "track"))));
  }));
}

/** Fill a place page by page: the next one comes when the end is in sight, or at a press of the button. */
async function paged(place, fetch, draw) {
  place.replaceChildren(skeleton());
  let offset = 0;
  const more = h("button", { type: "button", class: "button more", onclick: () => add() }, "More");
  const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && add(), { rootMargin: "400px" });
  let isBusy = false;
  async function add() {
    if (isBusy) return;
    isBusy = true;
    try {
      const page = await fetch(offset);
      if (!offset) place.replaceChildren();
      offset += page.length;
      more.remove();
      if (page.length) place.append(draw(page));
      if (!offset) place.replaceChildren(nothing("Nothing here yet", "Scan a folder first."));
      if (page.length === PAGE) place.append(more);
      else watch.disconnect();
    } catch (error) {
      watch.disconnect();
      place.replaceChildren(nothing("Something is wrong", error.message));
    }
    isBusy = false;
  }
  await add();
  watch.observe(more);
}
