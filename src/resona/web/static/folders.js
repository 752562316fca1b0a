// The folders that the music is in: looked into again, added, forgotten.

import { get, post, remove } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { starter } from "./job.js";
import { text } from "./texts.js";

const FATES = { keep: text("folders.keep"), hide: text("folders.hide"), delete: text("folders.delete") };

/** Make the panel, and what fills it anew. */
export function foldersPanel() {
  const list = h("ul", { class: "folders" });
  const path = h("input", { type: "text", id: "folder", required: true, autocomplete: "off", spellcheck: false, placeholder: "/home/me/Music" });
  const form = h("form", { class: "buttons-row" }, h("label", { for: "folder" }, text("folders.folder")), path, h("button", { type: "submit", class: "button" }, text("folders.add")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await change(() => post("/folders", { path: path.value.trim() }), list)) path.value = "";
  });
  const element = h("section", { class: "panel", "aria-label": text("folders.title") }, h("h2", {}, text("folders.title")), list,
    h("div", { class: "buttons-row" }, starter("discover", text("folders.scan"), "/scan", undefined, { class: "button strong", id: "scan" })), form);
  return { element, fill: async () => draw(list, await get("/folders")) };
}

/** Do something that gives the folders as they are then; say whether it could be done. */
async function change(act, list) {
  try {
    draw(list, await act());
    return true;
  } catch (error) {
    toast(error.message, "error");
    return false;
  }
}

function draw(list, folders) {
  list.replaceChildren(...(folders.length ? folders.map((folder) => line(folder, list)) : [h("li", {}, text("folders.none"))]));
}

function line(folder, list) {
  const facts = [text("n.tracks", { n: folder.n_tracks }), folder.n_missing ? text("folders.missing", { n: folder.n_missing }) : "", folder.is_there ? "" : text("folders.not_there")];
  const forget = (fate) => change(() => remove("/folders", { path: folder.path, tracks: fate }), list);
  const choices = Object.entries(FATES).map(([fate, words]) => h("button", { type: "button", class: fate === "delete" ? "button small danger" : "button small", onclick: () => forget(fate) }, words));
  return h("li", {}, h("code", {}, folder.path), h("span", { class: "quiet-text" }, facts.filter(Boolean).join(", ")),
    h("details", {}, h("summary", {}, text("folders.forget")),
      folder.n_own
        ? h("div", {}, h("p", {}, text("folders.fate", { n: folder.n_own })), h("div", { class: "buttons-row" }, ...choices))
        : textButton("remove", text("folders.forget_it"), () => forget("keep"), { class: "button small" })));
}
