// A playlist as a file: saved for players here or elsewhere, and read from theirs.

import { get, getBytes, upload } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { keep, keptFields } from "./keep.js";
import { playlist } from "./playlist.js";
import { text } from "./texts.js";

export const SUFFIXES = ".m3u,.m3u8,.pls,.xspf,.wpl,.zpl,.asx";
const USUAL = { folder: "", from: "", to: "" };

/** Draw the buttons that save, and how paths are to be written. */
export function files() {
  const chosen = keptFields("paths", USUAL);
  const set = (name) => (event) => { chosen[name] = event.target.value.trim(); keep("paths", chosen); };
  const folder = h("select", { onchange: set("folder") }, h("option", { value: "" }, text("file.whole")));
  const field = (name, label, placeholder) => h("label", { class: "control" }, h("span", {}, label), h("input", { type: "text", value: chosen[name], placeholder, spellcheck: false, autocomplete: "off", onchange: set(name) }));
  const options = h("details", { class: "tune" }, h("summary", {}, text("file.paths")),
    h("div", { class: "controls-grid" },
      h("label", { class: "control" }, h("span", {}, text("file.paths_are")), folder),
      field("from", text("file.from"), "/home/me/Music"), field("to", text("file.to"), "/mnt/music")));
  get("/status").then(({ folders }) => {
    folder.append(...folders.map((name) => h("option", { value: name }, text("file.relative", { folder: name }))));
    folder.value = folders.includes(chosen.folder) ? chosen.folder : "";
  }, () => {});
  return h("div", {}, h("div", { class: "buttons-row" },
    textButton("drop", text("file.save"), () => save(chosen), { id: "save" }), textButton("library", text("file.copy"), () => copyPaths(chosen))), options);
}

async function written({ folder, from, to }) {
  const { current } = playlist;
  return getBytes(`/playlists/${current.playlist_id}/file`, { folder, path_map: from && to ? `${from}=${to}` : "" });
}

async function save(chosen) {
  try {
    const link = h("a", { href: URL.createObjectURL(new Blob([await written(chosen)], { type: "audio/x-mpegurl" })), download: `${playlist.current.name}.m3u8` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (error) {
    toast(error.message, "error");
  }
}

async function copyPaths(chosen) {
  try {
    const lines = new TextDecoder().decode(await written(chosen)).split("\n").filter((line) => line && !line.startsWith("#"));
    await navigator.clipboard.writeText(lines.join("\n"));
    toast(text("file.copied", { n: lines.length }));
  } catch (error) {
    toast(error.kind ? error.message : text("file.may_not_copy"), "error");
  }
}

export function isPlaylist(file) {
  return SUFFIXES.split(",").some((suffix) => file.name.toLowerCase().endsWith(suffix));
}

/** Make a playlist of a file. */
export async function readFile(file) {
  try {
    const { playlist: made, n_unknown: nUnknown } = await upload("/playlists/files", file);
    const read = text("file.read", { n: made.n_tracks, name: file.name });
    await playlist.took(made, nUnknown ? text("file.unknown", { read, n: nUnknown }) : read);
  } catch (error) {
    toast(error.message, "error");
  }
}
