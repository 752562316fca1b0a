// The first view: drop a song or search for one, and hear what is like it.

import { address, get, upload } from "./api.js";
import { bySound } from "./bysound.js";
import { cover } from "./cover.js";
import { clock, h, icon, textButton, toast } from "./dom.js";
import { list, nothing, skeleton } from "./list.js";
import { note, read } from "./place.js";
import { player } from "./player.js";
import { similarSection } from "./similar.js";
import { percent, phrase, text } from "./texts.js";

const ACCEPT = "audio/*,.mp3,.flac,.ogg,.oga,.opus,.m4a,.aac,.wav,.aif,.aiff,.wma,.ape,.wv,.mpc";
const PATIENCE_MS = 60;

let dropped = null; // a song that was dropped where there was no place to hear it
let place = null; // where songs are heard
let kept = null; // the last dropped song survives a look at another view

/** Hear a song that was dropped anywhere. */
export function take(file) {
  if (place?.isConnected) return hear(file, place);
  dropped = file;
  location.hash = "#/";
  return undefined;
}

export function discover() {
  const asked = read().parameters.get("q") ?? "";
  const below = h("div", { class: "below" });
  place = below;
  const view = h("div", { class: "view discover" }, hero(below, asked), below);
  if (dropped) {
    const file = dropped;
    dropped = null;
    setTimeout(() => hear(file, below));
  } else if (kept && !asked) {
    below.replaceChildren(...kept);
    shrink(below, true);
  } else if (!asked) welcome(below);
  return view;
}

function hero(below, asked) {
  const input = h("input", { type: "file", accept: ACCEPT, id: "file", class: "hidden", tabIndex: -1, "aria-label": text("discover.choose"), onchange: () => input.files[0] && hear(input.files[0], below) });
  const zone = h("button", { type: "button", class: "drop", onclick: () => input.click() },
    icon("drop"), h("strong", {}, text("discover.drop")), h("span", {}, text("discover.or_choose")));
  let depth = 0;
  const hover = (change) => (event) => {
    event.preventDefault();
    depth = Math.max(0, depth + change);
    zone.classList.toggle("over", depth > 0);
  };
  const area = h("div", { class: "hero", ondragenter: hover(1), ondragleave: hover(-1), ondragover: (event) => event.preventDefault(),
    ondrop: (event) => { depth = 1; hover(-1)(event); } },
    h("h1", {}, text("discover.title")), zone, input, searchBox(below, asked));
  return area;
}

function searchBox(below, asked) {
  let waiting = 0;
  let abort = new AbortController();
  async function find(q) {
    abort.abort();
    abort = new AbortController();
    note({ q: q.trim() });
    if (!q.trim()) return welcome(below);
    kept = null;
    try {
      const found = await get("/search", { q, limit: 30 }, { signal: abort.signal });
      const results = found.results.length ? list(found.results, { label: text("discover.found") }) : nothing(text("browse.not_found"), text("discover.nothing_called", { q }));
      shrink(below, true);
      below.replaceChildren(h("section", { "aria-label": text("discover.results") }, h("h2", {}, text("discover.in_library")), results));
      document.getElementById("found").textContent = text("discover.n_found", { n: found.results.length });
      const { signal } = abort;
      const more = await bySound(q.trim(), signal, !found.results.length);
      if (more && !signal.aborted) below.append(more);
    } catch (error) {
      if (error.name !== "AbortError") toast(error.message, "error");
    }
  }
  const type = (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => find(event.target.value), PATIENCE_MS);
  };
  if (asked) queueMicrotask(() => find(asked));
  const enter = async (event) => {
    if (event.key !== "Enter") return;
    clearTimeout(waiting);
    await find(event.target.value);
    below.querySelector(".row .title")?.click();
  };
  below.addEventListener("keydown", (event) => walk(event, below));
  return h("div", { class: "search", role: "search", onkeydown: (event) => walk(event, below) },
    icon("discover"),
    h("input", { type: "search", id: "search", value: asked, placeholder: text("discover.or_search"), "aria-label": text("discover.search"), autocomplete: "off", spellcheck: false, oninput: type, onkeydown: enter }),
    h("span", { id: "found", class: "hidden", role: "status" }));
}

/** Arrow keys go from the search to what was found, from line to line, and back. */
function walk(event, below) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const stops = [document.getElementById("search"), ...below.querySelectorAll(".row a.title")];
  const at = stops.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  stops[at + step]?.focus();
}

/** Once there is a song, it has the stage. */
function shrink(below, isSmall) {
  below.previousElementSibling.classList.toggle("small", isSmall);
}

/** Before anything is asked: some of the library's newest, or how to begin. */
async function welcome(below) {
  kept = null;
  shrink(below, false);
  const waiting = skeleton(6);
  below.replaceChildren(waiting);
  try {
    const { results } = await get("/tracks", { order: "newest", limit: 12 });
    if (below.firstChild !== waiting) return; // something was asked meanwhile
    below.replaceChildren(results.length
      ? h("section", { "aria-label": text("discover.new") }, h("h2", {}, text("discover.new")), list(results))
      : await emptiness());
  } catch (error) {
    below.replaceChildren(nothing(text("browse.wrong"), error.message));
  }
}

/** How to begin: scan the folders that the library knows, or name one. */
async function emptiness() {
  const { folders } = await get("/status");
  if (folders.length) return nothing(text("discover.empty"), text("discover.not_heard"), h("a", { class: "button strong", href: "#/library" }, text("discover.scan")));
  return nothing(text("discover.empty"), text("discover.tell"), h("p", {}, ...phrase("discover.commands", { scan: h("code", {}, "resona scan ~/Music"), serve: h("code", {}, "resona serve ~/Music") })));
}

async function hear(file, below) {
  note({ q: "" });
  document.getElementById("search").value = "";
  shrink(below, true);
  const card = h("section", { class: "seed", "aria-busy": "true", "aria-label": text("discover.your_song") },
    h("span", { class: "cover large ghost-cover" }), h("div", { class: "seed-text" }, h("h2", {}, file.name), h("p", { class: "quiet-text" }, text("discover.listening"))));
  below.replaceChildren(card, skeleton(5));
  try {
    const heard = await upload("/uploads", file);
    if (heard.track_id) {
      toast(text("discover.known"));
      location.hash = `#/track/${heard.track_id}`;
      return;
    }
    below.replaceChildren(...song(file, heard));
    kept = [...below.childNodes];
    document.getElementById("find").focus();
  } catch (error) {
    below.replaceChildren(nothing(text("discover.unheard"), error.message));
  }
}

function song(file, heard) {
  const item = {
    key: `upload-${heard.upload_id}`, source: URL.createObjectURL(file), title: heard.title, artist: heard.artist || file.name, album: heard.album,
    cover: heard.has_cover ? address(`/uploads/${heard.upload_id}/cover`) : null, start: 0, duration: heard.duration_seconds, lufs: heard.descriptors.loudness_lufs,
  };
  const results = h("div", {});
  const find = textButton("discover", text("discover.find"), () => {
    results.replaceChildren(similarSection({ upload: [heard.upload_id] }));
    kept = [...results.parentNode.childNodes];
  }, { id: "find", class: "button strong" });
  const card = h("section", { class: "seed", "aria-label": text("discover.your_song") },
    cover(item, "large"),
    h("div", { class: "seed-text" },
      h("h2", { dir: "auto" }, item.title), h("p", {}, [heard.artist, heard.album].filter(Boolean).join(" · ") || file.name),
      chips({ ...heard.descriptors, genre: heard.genre, duration_seconds: heard.duration_seconds }),
      h("div", { class: "buttons-row" }, find, textButton("play", text("player.play"), () => player.toggle(item), { dataset: { plays: item.key } }))));
  return [card, results];
}

const KEYS = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

function keyName({ key, mode }) {
  const name = KEYS[Number(key)] ?? String(key);
  return mode ? text(mode === "minor" ? "fact.minor" : "fact.major", { key: name }) : name;
}

/** Show what was measured in a track, in words. */
export function chips(facts) {
  const shown = [
    facts.genre,
    clock(facts.duration_seconds),
    facts.tempo_bpm ? text("fact.bpm", { n: Math.round(facts.tempo_bpm) }) : null,
    facts.key !== null && facts.key !== undefined ? keyName(facts) : null,
    facts.loudness_lufs ? text("fact.lufs", { n: Math.round(facts.loudness_lufs) }) : null,
    facts.energy !== null && facts.energy !== undefined ? text("fact.energy", { share: percent(facts.energy) }) : null,
  ];
  return h("p", { class: "chips" }, ...shown.filter(Boolean).map((words) => h("span", { class: "chip" }, words)));
}
