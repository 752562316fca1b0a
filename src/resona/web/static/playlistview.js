// The playlist: put in order by hand, extended by likeness, saved for a player.

import { get, getText } from "./api.js";
import { clock, count, h, icon, iconButton, textButton, toast } from "./dom.js";
import { nothing, row } from "./list.js";
import { player } from "./player.js";
import { playlist } from "./playlist.js";
import { similarSection } from "./similar.js";

export function playlistView() {
  const place = h("div", {});
  const view = h("div", { class: "view" }, place);
  const draw = () => {
    if (!view.isConnected && place.firstChild) return playlist.removeEventListener("change", draw);
    return place.replaceChildren(...(playlist.size ? contents() : [h("h1", {}, "Playlist"), nothing("No tracks yet", "Add tracks with + wherever you see them; drop in a few that belong together, and Resona finds more.")]));
  };
  playlist.addEventListener("change", draw);
  draw();
  return view;
}

function contents() {
  const { tracks } = playlist;
  const total = tracks.reduce((sum, track) => sum + (track.duration_seconds || 0), 0);
  const more = h("div", {});
  return [
    h("div", { class: "section-head" }, h("h1", {}, "Playlist"), h("p", { class: "quiet-text" }, `${count(tracks.length, "track")}, ${clock(total)}`)),
    h("div", { class: "buttons-row" },
      textButton("drop", "Save M3U", save, { class: "button strong", id: "save" }),
      textButton("library", "Copy paths", copyPaths),
      tracks.length > 1 ? textButton("map", "Path from first to last", journey) : null,
      textButton("remove", "Clear", () => playlist.clear())),
    sortable(tracks),
    h("div", { class: "buttons-row" }, textButton("discover", "Find more like these", () => more.replaceChildren(similarSection({ track: playlist.ids }, { title: "More like your playlist" })), { class: "button strong", id: "more" })),
    more,
  ];
}

/** The list itself: drag by the handle, or move with the arrow buttons and keys. */
function sortable(tracks) {
  const lines = h("ol", { class: "list sortable", "aria-label": "Playlist" });
  tracks.forEach((track, index) => {
    const move = (to) => { playlist.move(index, to); focusHandle(to); };
    const handle = h("button", { type: "button", class: "round grip", "aria-label": `Move ${track.title}; now number ${index + 1}. Arrow keys move it.`,
      onkeydown: (event) => {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (step) { event.preventDefault(); move(index + step); }
      },
      onpointerdown: (event) => drag(event, lines, index) }, icon("grip"));
    const line = row(track, { queue: tracks, position: index + 1, extra: [
      iconButton("up", `Move ${track.title} up`, () => move(index - 1), { disabled: index === 0 }),
      iconButton("down", `Move ${track.title} down`, () => move(index + 1), { disabled: index === tracks.length - 1 }),
      iconButton("remove", `Remove ${track.title}`, () => playlist.remove(track)),
    ] });
    line.querySelector(".actions").lastChild.remove(); // it is in the playlist already
    line.prepend(handle);
    lines.append(line);
  });
  player.mark();
  return lines;
}

function focusHandle(index) {
  document.querySelectorAll(".sortable .grip")[index]?.focus();
}

function drag(event, lines, from) {
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
    playlist.move(from, to);
  };
  line.classList.add("dragged");
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", follow);
  handle.addEventListener("pointerup", end, { once: true });
  handle.addEventListener("pointercancel", end, { once: true });
}

async function save() {
  try {
    const text = await getText("/playlist.m3u8", { track: playlist.ids });
    const link = h("a", { href: URL.createObjectURL(new Blob([text], { type: "audio/x-mpegurl" })), download: "resona.m3u8" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (error) {
    toast(error.message, "error");
  }
}

async function copyPaths() {
  try {
    await navigator.clipboard.writeText(playlist.tracks.map((track) => track.path).join("\n"));
    toast(`Copied ${count(playlist.size, "path")}`);
  } catch {
    toast("The browser does not let this page copy.", "error");
  }
}

/** Replace everything between the first and the last track by a journey with even steps. */
async function journey() {
  const { ids } = playlist;
  try {
    const answer = await get("/path", { start: ids[0], end: ids.at(-1), k: 12 });
    playlist.replace(answer.results.map(({ rank, step, ...track }) => track), ["A path of even steps", ...answer.relaxed].join("; "));
  } catch (error) {
    toast(error.message, "error");
  }
}
