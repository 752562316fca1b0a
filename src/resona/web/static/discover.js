// The first view: drop a song or search for one, and hear what is like it.

import { address, get, upload } from "./api.js";
import { bySound } from "./bysound.js";
import { cover } from "./cover.js";
import { clock, h, icon, textButton, toast } from "./dom.js";
import { list, nothing, skeleton } from "./list.js";
import { note, read } from "./place.js";
import { player } from "./player.js";
import { similarSection } from "./similar.js";

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
  const input = h("input", { type: "file", accept: ACCEPT, id: "file", class: "hidden", tabIndex: -1, "aria-label": "Choose an audio file", onchange: () => input.files[0] && hear(input.files[0], below) });
  const zone = h("button", { type: "button", class: "drop", onclick: () => input.click() },
    icon("drop"), h("strong", {}, "Drop a song here"), h("span", {}, "or choose a file: MP3, FLAC, M4A, OGG, WAV …"));
  let depth = 0;
  const hover = (change) => (event) => {
    event.preventDefault();
    depth = Math.max(0, depth + change);
    zone.classList.toggle("over", depth > 0);
  };
  const area = h("div", { class: "hero", ondragenter: hover(1), ondragleave: hover(-1), ondragover: (event) => event.preventDefault(),
    ondrop: (event) => { depth = 1; hover(-1)(event); } },
    h("h1", {}, "Which of my songs sound like this one?"), zone, input, searchBox(below, asked));
  return area;
}

function searchBox(below, asked) {
  let waiting = 0;
  let abort = new AbortController();
  async function find(text) {
    abort.abort();
    abort = new AbortController();
    note({ q: text.trim() });
    if (!text.trim()) return welcome(below);
    kept = null;
    try {
      const found = await get("/search", { q: text, limit: 30 }, { signal: abort.signal });
      const results = found.results.length ? list(found.results, { label: "Found" }) : nothing("Not found", `Nothing in your library is called “${text}”.`);
      shrink(below, true);
      below.replaceChildren(h("section", { "aria-label": "Search results" }, h("h2", {}, "In your library"), results));
      document.getElementById("found").textContent = `${found.results.length} found`;
      const { signal } = abort;
      const more = await bySound(text.trim(), signal, !found.results.length);
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
  return h("div", { class: "search", role: "search" },
    icon("discover"),
    h("input", { type: "search", id: "search", value: asked, placeholder: "or search your library", "aria-label": "Search your library", autocomplete: "off", spellcheck: false, oninput: type }),
    h("span", { id: "found", class: "hidden", role: "status" }));
}

/** Once there is a song, it has the stage. */
function shrink(below, isSmall) {
  below.previousElementSibling.classList.toggle("small", isSmall);
}

/** Before anything is asked: some of the library's newest, or how to begin. */
async function welcome(below) {
  kept = null;
  shrink(below, false);
  below.replaceChildren(skeleton(6));
  try {
    const { results } = await get("/tracks", { order: "newest", limit: 12 });
    below.replaceChildren(results.length
      ? h("section", { "aria-label": "New in your library" }, h("h2", {}, "New in your library"), list(results))
      : await emptiness());
  } catch (error) {
    below.replaceChildren(nothing("Something is wrong", error.message));
  }
}

/** How to begin: scan the folders that the library knows, or name one. */
async function emptiness() {
  const { folders } = await get("/status");
  if (folders.length) return nothing("Your library is empty", "Resona has not listened to your music yet.", h("a", { class: "button strong", href: "#/library" }, "Scan your folders"));
  return nothing("Your library is empty", "Tell Resona where your music is, and it will listen to it:", h("p", {}, h("code", {}, "resona scan ~/Music"), " or ", h("code", {}, "resona serve ~/Music")));
}

async function hear(file, below) {
  note({ q: "" });
  document.getElementById("search").value = "";
  shrink(below, true);
  const card = h("section", { class: "seed", "aria-busy": "true", "aria-label": "Your song" },
    h("span", { class: "cover large ghost-cover" }), h("div", { class: "seed-text" }, h("h2", {}, file.name), h("p", { class: "quiet-text" }, "Listening …")));
  below.replaceChildren(card, skeleton(5));
  try {
    const heard = await upload("/uploads", file);
    below.replaceChildren(...song(file, heard));
    kept = [...below.childNodes];
    document.getElementById("find").focus();
  } catch (error) {
    below.replaceChildren(nothing("This file cannot be heard", error.message));
  }
}

function song(file, heard) {
  const item = {
    key: `upload-${heard.upload_id}`, source: URL.createObjectURL(file), title: heard.title, artist: heard.artist || file.name, album: heard.album,
    cover: heard.has_cover ? address(`/uploads/${heard.upload_id}/cover`) : null, start: 0, duration: heard.duration_seconds,
  };
  const results = h("div", {});
  const find = textButton("discover", "Find similar", () => {
    results.replaceChildren(similarSection({ upload: [heard.upload_id] }));
    kept = [...results.parentNode.childNodes];
  }, { id: "find", class: "button strong" });
  const card = h("section", { class: "seed", "aria-label": "Your song" },
    cover(item, "large"),
    h("div", { class: "seed-text" },
      h("h2", {}, item.title), h("p", {}, [heard.artist, heard.album].filter(Boolean).join(" · ") || file.name),
      chips({ ...heard.descriptors, genre: heard.genre, duration_seconds: heard.duration_seconds }),
      h("div", { class: "buttons-row" }, find, textButton("play", "Play", () => player.toggle(item), { dataset: { plays: item.key } }))));
  return [card, results];
}

const KEYS = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

/** Show what was measured in a track, in words. */
export function chips(facts) {
  const shown = [
    facts.genre,
    clock(facts.duration_seconds),
    facts.tempo_bpm ? `${Math.round(facts.tempo_bpm)} BPM` : null,
    facts.key !== null && facts.key !== undefined ? `${KEYS[Number(facts.key)] ?? facts.key} ${facts.mode ?? ""}`.trim() : null,
    facts.loudness_lufs ? `${Math.round(facts.loudness_lufs)} LUFS` : null,
    facts.energy !== null && facts.energy !== undefined ? `energy ${Math.round(facts.energy * 100)} %` : null,
  ];
  return h("p", { class: "chips" }, ...shown.filter(Boolean).map((text) => h("span", { class: "chip" }, text)));
}
