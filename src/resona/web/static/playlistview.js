// A playlist: put in order by hand, extended by likeness, saved for a player.

import { get } from "./api.js";
import { clock, count, h, icon, iconButton, textButton, toast } from "./dom.js";
import { nothing, playable, row } from "./list.js";
import { player } from "./player.js";
import { playlist } from "./playlist.js";
import { SUFFIXES, files, readFile } from "./playlistfile.js";
import { similarSection } from "./similar.js";

const SHOWN = 500; // tracks at first, and more at a press of a button

export async function playlistView() {
  const place = h("div", {});
  const view = h("div", { class: "view" }, place);
  let shown = SHOWN;
  let drawn = 0;
  const draw = async () => {
    if (!view.isConnected && place.firstChild) return playlist.removeEventListener("change", draw);
    const mine = (drawn += 1);
    const tracks = await shownTracks(shown).catch((error) => { toast(error.message, "error"); return []; });
    if (mine !== drawn) return undefined;
    const focus = [...place.querySelectorAll(".grip")].indexOf(document.activeElement);
    const more = place.querySelector(".playlist-more") ?? h("div", { class: "playlist-more" });
    place.replaceChildren(h("h1", { class: "hidden" }, "Playlists"), ...head(), ...contents(tracks, more, () => { shown += SHOWN; draw(); }));
    if (focus >= 0) place.querySelectorAll(".grip")[wanted ?? focus]?.focus();
    wanted = null;
    return undefined;
  };
  await playlist.load();
  playlist.addEventListener("change", draw);
  await draw();
  return view;
}

let wanted = null; // the place of the handle that is being moved by keys

async function shownTracks(n) {
  const id = playlist.current?.playlist_id;
  const offsets = Array.from({ length: Math.ceil(Math.min(n, playlist.size) / SHOWN) }, (_, index) => index * SHOWN);
  const pages = offsets.map(async (offset) => (await get(`/playlists/${id}/tracks`, { limit: SHOWN, offset })).results);
  return (await Promise.all(pages)).flat();
}

/** Which playlist is in hand, its name, and other ones. */
function head() {
  const { current } = playlist;
  const choice = h("select", { "aria-label": "Playlist in hand", onchange: (event) => playlist.choose(event.target.value) },
    ...playlist.all.map((item) => h("option", { value: item.playlist_id, selected: item.playlist_id === current?.playlist_id }, `${item.name} (${item.n_tracks})`)));
  const name = h("input", { type: "text", class: "playlist-name", "aria-label": "Name of the playlist", value: current?.name ?? "", maxLength: 500, onchange: (event) => playlist.rename(event.target.value) });
  const input = h("input", { type: "file", class: "hidden", tabIndex: -1, "aria-label": "Choose a playlist file", accept: SUFFIXES, onchange: () => input.files[0] && readFile(input.files[0]) });
  return [
    h("div", { class: "buttons-row" }, playlist.all.length > 1 ? choice : null,
      textButton("add", "New playlist", () => playlist.create("New playlist")), textButton("drop", "Open M3U", () => input.click()), input,
      current ? textButton("undo", "Undo", () => playlist.undo()) : null,
      current ? textButton("remove", "Delete", () => playlist.delete()) : null),
    current ? h("div", { class: "section-head" }, name, h("p", { class: "quiet-text" }, `${count(current.n_tracks, "track")}, ${clock(current.duration_seconds)}`)) : null,
  ].filter(Boolean);
}

function contents(tracks, more, showMore) {
  if (!playlist.size) return [nothing("No tracks yet", "Add tracks with + wherever you see them; drop in a few that belong together, and Resona finds more.")];
  const { current } = playlist;
  return [
    h("div", { class: "buttons-row" },
      textButton("play", "Play all", () => player.play(playable(tracks[0]), { queue: tracks.map(playable) }), { class: "button strong" }),
      playlist.size > 1 ? textButton("map", "Path from first to last", journey) : null,
      textButton("remove", "Clear", () => playlist.replace([], "The playlist is empty"))),
    files(),
    sortable(tracks),
    tracks.length < playlist.size ? h("button", { type: "button", class: "button more", onclick: showMore }, "More") : null,
    h("div", { class: "buttons-row" }, textButton("discover", "Find more like these", () => more.replaceChildren(similarSection({ playlist: current.playlist_id }, { title: "More like your playlist" })), { class: "button strong", id: "more" })),
    more,
  ].filter(Boolean);
}

/** The list itself: drag by the handle, or move with the arrow buttons and keys. */
function sortable(tracks) {
  const lines = h("ol", { class: "list sortable", "aria-label": "Playlist" });
  tracks.forEach((track, index) => {
    const move = (to) => playlist.move(index, to, track.title);
    const handle = h("button", { type: "button", class: "round grip", "aria-label": `Move ${track.title}; now number ${index + 1}. Arrow keys move it.`,
      onkeydown: (event) => {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (step) { event.preventDefault(); wanted = index + step; move(index + step); }
      },
      onpointerdown: (event) => drag(event, lines, index, move) }, icon("grip"));
    const line = row(track, { queue: tracks, position: index + 1, extra: [
      iconButton("up", `Move ${track.title} up`, () => move(index - 1), { disabled: index === 0 }),
      iconButton("down", `Move ${track.title} down`, () => move(index + 1), { disabled: index === playlist.size - 1 }),
      iconButton("remove", `Remove ${track.title}`, () => playlist.removeAt(index, track.title)),
    ] });
    line.querySelector(".actions").lastChild.remove(); // it is in the playlist already
    line.prepend(handle);
    lines.append(line);
  });
  player.mark();
  return lines;
}

function drag(event, lines, from, move) {
  event.preventDefault();
  const handle = event.currentTarget;
  const line = handle.closest(".row");
  const others = [...lines.children];
  let to = from;
  const follow = (moved) => {
    to = others.findIndex((other) => moved.clientY < other.getBoundingClientRect().bottom);
    if (to < 0) to = others.length - 1;
    line.style.transform = `translateY(${moved.clientY - event.clientY}px)`;
    others.forEach((other, index) => other.classList.toggle("target", index === to && to !== from));
  };
  const end = () => {
    handle.removeEventListener("pointermove", follow);
    line.classList.remove("dragged");
    line.style.transform = "";
    others.forEach((other) => other.classList.remove("target"));
    move(to);
  };
  line.classList.add("dragged");
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", follow);
  handle.addEventListener("pointerup", end, { once: true });
  handle.addEventListener("pointercancel", end, { once: true });
}

/** Replace everything between the first and the last track by a journey with even steps. */
async function journey() {
  const { ids } = playlist;
  try {
    const answer = await get("/path", { start: ids[0], end: ids.at(-1), k: 12 });
    await playlist.replace(answer.results.map((track) => track.track_id), ["A path of even steps", ...answer.relaxed].join("; "));
  } catch (error) {
    toast(error.message, "error");
  }
}
