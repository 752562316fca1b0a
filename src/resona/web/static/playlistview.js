// A playlist: put in order by hand, extended by likeness, saved for a player.

import { get } from "./api.js";
import { clock, h, textButton, toast } from "./dom.js";
import { list, nothing, playButtons, row } from "./list.js";
import { wordButton } from "./ownwords.js";
import { player } from "./player.js";
import { playlist } from "./playlist.js";
import { SUFFIXES, files, readFile } from "./playlistfile.js";
import { radioButton } from "./radio.js";
import { similarSection } from "./similar.js";
import { Sortable } from "./sortable.js";
import { sentence, text } from "./texts.js";
import { wordsForm } from "./wordsform.js";

const SHOWN = 500; // tracks at first, and more at a press of a button

export async function playlistView() {
  const place = h("div", {});
  const view = h("div", { class: "view" }, place);
  const lines = new Sortable(text("view.playlist"), () => draw());
  let shown = SHOWN;
  let drawn = 0;
  const draw = async () => {
    if (!view.isConnected && place.firstChild) return playlist.removeEventListener("change", draw);
    if (lines.isDragged) return undefined;
    const mine = (drawn += 1);
    const tracks = await shownTracks(shown).catch((error) => { toast(error.message, "error"); return []; });
    if (mine !== drawn || lines.isDragged) return undefined;
    const more = place.querySelector(".playlist-more") ?? h("div", { class: "playlist-more" });
    place.replaceChildren(h("h1", { class: "hidden" }, text("list.playlists")), ...head(), ...contents(tracks, lines, more, () => { shown += SHOWN; draw(); }));
    return undefined;
  };
  await playlist.load();
  playlist.addEventListener("change", draw);
  await draw();
  return view;
}

async function shownTracks(n) {
  const id = playlist.current?.playlist_id;
  const offsets = Array.from({ length: Math.ceil(Math.min(n, playlist.size) / SHOWN) }, (_, index) => index * SHOWN);
  const pages = offsets.map(async (offset) => (await get(`/playlists/${id}/tracks`, { limit: SHOWN, offset })).results);
  return (await Promise.all(pages)).flat();
}

/** Which playlist is in hand, its name, and other ones. */
function head() {
  const { current } = playlist;
  const choice = h("select", { "aria-label": text("list.in_hand"), onchange: (event) => playlist.choose(event.target.value) },
    ...playlist.all.map((item) => h("option", { value: item.playlist_id, selected: item.playlist_id === current?.playlist_id }, text("list.option", { name: item.name, n: item.n_tracks }))));
  const name = h("input", { type: "text", class: "playlist-name", "aria-label": text("list.name"), value: current?.name ?? "", maxLength: 500, onchange: (event) => playlist.rename(event.target.value) });
  const input = h("input", { type: "file", class: "hidden", tabIndex: -1, "aria-label": text("file.choose"), accept: SUFFIXES, onchange: () => input.files[0] && readFile(input.files[0]) });
  return [
    h("div", { class: "buttons-row" }, playlist.all.length > 1 ? choice : null,
      textButton("add", text("list.new"), () => playlist.create(text("list.new"))), textButton("drop", text("file.open"), () => input.click()), input,
      current ? textButton("undo", text("list.undo"), () => playlist.undo()) : null,
      current ? textButton("remove", text("list.delete"), () => playlist.delete()) : null),
    wordsForm("list-words", text("list.by_words"), text("list.make"), (words) => playlist.follow(words)), // it renews itself
    current ? h("div", { class: "section-head" }, name, h("p", { class: "quiet-text" }, text("list.size", { n: current.n_tracks, time: clock(current.duration_seconds) }))) : null,
  ].filter(Boolean);
}

/** Say what a playlist follows, with the way to keep it as it is. */
function following({ recipe, problem }) {
  const what = [recipe.words, recipe.where].filter(Boolean).join("; ");
  return h("div", { class: "buttons-row" }, h("p", { class: "quiet-text" }, `${text("list.renews", { what })} ${problem}`), textButton("playlist", text("list.fix"), () => playlist.fix(), { class: "button small" }));
}

function contents(tracks, lines, more, showMore) {
  const { current } = playlist;
  const follows = current?.recipe ? following(current) : null;
  if (!playlist.size) return [follows, nothing(text("list.empty"), current?.recipe ? text("list.nothing_fits") : text("list.how"))].filter(Boolean);
  return [
    follows,
    h("div", { class: "buttons-row" },
      ...playButtons(() => tracks),
      radioButton({ playlist: [current.playlist_id] }),
      wordButton(() => playlist.ids),
      playlist.size > 1 && !follows ? textButton("map", text("list.path"), journey) : null,
      follows ? null : textButton("remove", text("list.clear"), () => playlist.replace([], text("list.cleared")))),
    files(),
    follows ? list(tracks, { label: current.name }) : fill(lines, tracks),
    tracks.length < playlist.size ? h("button", { type: "button", class: "button more", onclick: showMore }, text("browse.more")) : null,
    h("div", { class: "buttons-row" }, textButton("discover", text("list.find_more"), () => more.replaceChildren(similarSection({ playlist: current.playlist_id }, { title: text("list.more_like") })), { class: "button strong", id: "more" })),
    more,
  ].filter(Boolean);
}

/** The list itself. */
function fill(lines, tracks) {
  lines.fill(tracks.map((track, index) => ({
    line: row(track, { queue: tracks, position: index + 1 }),
    title: track.title,
    move: (to) => playlist.move(index, to, track.title),
    remove: () => playlist.removeAt(index, track.title),
  })));
  player.mark();
  return lines.element;
}

/** Replace everything between the first and the last track by a journey with even steps. */
async function journey() {
  const { ids } = playlist;
  try {
    const answer = await get("/path", { start: ids[0], end: ids.at(-1), k: 12 });
    await playlist.replace(answer.results.map((track) => track.track_id), [text("list.path_made"), ...answer.relaxed.map(sentence)].join("; "));
  } catch (error) {
    toast(error.message, "error");
  }
}
