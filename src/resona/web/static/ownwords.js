// Words of one's own: songs are given one, and it is renamed, forgotten, and remembered again. They belong to a profile.

import { get, patch, post, remove } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { percent, text } from "./texts.js";

const PATH = "/words/own";
const MOST = 1000; // songs that a word is learned from

export const ownWords = () => get(PATH);

/** Learn a word from the songs with these numbers, and only these. */
export const learn = (word, ids) => post(PATH, { word, track_ids: ids });

export const rename = (word, to) => patch(PATH, { word: to }, { word });

/** Forget a word; `again` is called once that is taken back. */
export async function forget({ word, track_ids: ids }, again) {
  await remove(PATH, { word });
  toast(text("words.forgotten", { word }), "note", { label: text("list.undo"), act: () => learn(word, ids).then(again, tell) });
}

export const tell = (error) => toast(error.message, "error");

/** Where a word leads: to the songs that sound so. */
export const placeOf = (word) => `#/?${new URLSearchParams({ q: word })}`;

/** Make the button that gives songs a word; `numbers` gives theirs when it is pressed. */
export function wordButton(numbers, label = text("words.give")) {
  return textButton("word", label, async () => {
    try {
      const [ids, known] = await Promise.all([numbers(), ownWords()]);
      if (ids.length) ask(some(ids), known.map(({ word }) => word));
    } catch (error) {
      tell(error);
    }
  });
}

/** The numbers of tracks. */
export const numbersOf = (tracks) => tracks.map((track) => track.track_id);

/** Of very many songs some, evenly chosen. */
function some(ids) {
  const step = Math.ceil(ids.length / MOST);
  return ids.filter((_, index) => index % step === 0);
}

function ask(ids, known) {
  const word = h("input", { type: "text", id: "own-word", required: true, maxLength: 64, autocomplete: "off", placeholder: text("words.example"), list: known.length ? "own-words" : null });
  const refusal = h("p", { role: "alert", class: "refusal" });
  const button = h("button", { type: "submit", class: "button strong" }, text("words.learn"));
  const form = h("form", {},
    h("h2", { id: "own-title" }, text("words.title", { n: ids.length })), h("p", { class: "quiet-text" }, text("words.about")),
    h("div", { class: "buttons-row" }, h("label", { for: "own-word" }, text("words.word")), word, h("datalist", { id: "own-words" }, ...known.map((value) => h("option", { value })))),
    refusal,
    h("div", { class: "buttons-row" }, button, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, text("words.cancel"))));
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "own-title", onclose: () => dialog.remove() }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      told(word.value.trim(), await post(PATH, { word: word.value.trim(), track_ids: ids, is_added: true }));
      dialog.close();
    } catch (error) {
      refusal.textContent = error.message;
    }
    button.disabled = false;
  });
  document.body.append(dialog);
  dialog.showModal();
  word.focus();
}

function told(name, all) {
  const { word, agreement } = all.find((each) => each.word.toLowerCase() === name.toLowerCase()) ?? { word: name, agreement: 1 };
  toast(text("words.learned", { word, share: percent(agreement) }), "note", { label: text("words.show"), act: () => { location.hash = placeOf(word); } });
}
