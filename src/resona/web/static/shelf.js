// An artist, or an album: its picture, its tracks in order, and what is like it.

import { get } from "./api.js";
import { tiles } from "./browse.js";
import { cover } from "./cover.js";
import { clock, h, textButton } from "./dom.js";
import { list, nothing, playButtons } from "./list.js";
import { numbersOf, wordButton } from "./ownwords.js";
import { paged, whole } from "./paged.js";
import { playlist } from "./playlist.js";
import { radioButton } from "./radio.js";
import { similarSection } from "./similar.js";
import { text } from "./texts.js";

const FIRST = 20; // tracks of an artist, before what is like them
const N_ALIKE = 12;

export async function artistView(id) {
  const path = `/artists/${encodeURIComponent(id)}`;
  const found = await get(path).catch((error) => error);
  if (found instanceof Error) return h("div", { class: "view" }, nothing(text("shelf.no_artist"), found.message));
  const tracks = h("div", {});
  paged(tracks, async (part) => (await get(`${path}/tracks`, part)).results, (page) => list(page, { label: text("shelf.tracks") }), { size: FIRST, isByItself: false });
  return h("div", { class: "view shelf" },
    head(found, [text("n.tracks", { n: found.n_tracks })], `${path}/tracks`, found.is_unknown ? null : { artist: [id] }),
    section(text("browse.albums"), tiles("album", found.albums)),
    section(text("shelf.tracks"), tracks),
    ...(found.is_unknown ? [] : [alike("artist", id, text("shelf.artists_like")), similarSection({ artist: [id] }, { title: text("shelf.tracks_like") })]));
}

export async function albumView(id) {
  const path = `/albums/${encodeURIComponent(id)}`;
  const found = await get(path).catch((error) => error);
  if (found instanceof Error) return h("div", { class: "view" }, nothing(text("shelf.no_album"), found.message));
  const tracks = h("div", {});
  paged(tracks, async (part) => (await get(`${path}/tracks`, part)).results, discs);
  const by = h("a", { href: `#/artist/${found.artist_id}`, dir: "auto" }, found.artist);
  return h("div", { class: "view shelf" },
    head(found, [by, found.year && String(found.year), text("n.tracks", { n: found.n_tracks }), clock(found.duration_seconds)], `${path}/tracks`, { album: [id] }),
    section(text("shelf.tracks"), tracks),
    ...(found.is_unknown ? [] : [alike("album", id, text("shelf.albums_like"))]),
    similarSection({ album: [id] }, { title: text("shelf.tracks_like") }));
}

function head(shelf, facts, path, seeds) {
  const all = () => whole(path);
  const line = facts.filter(Boolean).flatMap((fact, index) => (index ? [" · ", fact] : [fact]));
  return h("section", { class: "seed", "aria-label": shelf.name },
    cover({ ...shelf, title: shelf.name, album: shelf.name }, "large"),
    h("div", { class: "seed-text" }, h("h1", { dir: "auto" }, shelf.name), h("p", {}, ...line),
      h("div", { class: "buttons-row" }, ...playButtons(all), seeds && radioButton(seeds), textButton("playlist", text("list.add_all"), async () => playlist.add(...await all())), wordButton(async () => numbersOf(await all())))));
}

function section(title, ...content) {
  return h("section", { class: "shelf-part", "aria-label": title }, h("h2", {}, title), ...content);
}

/** The tracks of an album, numbered as they are on it; each disc by itself if there are several. */
function discs(tracks) {
  const numbers = [...new Set(tracks.map((track) => track.disc_number ?? 1))];
  const position = (track) => track.track_number ?? "";
  if (numbers.length < 2) return list(tracks, { position, label: text("shelf.tracks") });
  return h("div", {}, ...numbers.map((n) => h("div", {}, h("h3", {}, text("shelf.disc", { n })), list(tracks.filter((track) => (track.disc_number ?? 1) === n), { position, queue: tracks, label: text("shelf.disc", { n }) }))));
}

/** Artists like an artist, or albums like an album; nothing where there is nothing to compare with. */
function alike(kind, id, title) {
  const place = h("div", { "aria-live": "polite" });
  const part = section(title, place);
  get(`/similar/${kind}s`, { [kind]: id, k: N_ALIKE, per_artist: 2 }).then(
    ({ results }) => (results.length ? place.replaceChildren(tiles(kind, results.map((item) => ({ ...item, track_id: item.tracks[0]?.track_id })))) : part.remove()),
    () => part.remove());
  return part;
}
