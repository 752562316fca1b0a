// Asks for words for a sound, such as "calm piano".

import { h } from "./dom.js";
import { text } from "./texts.js";

/** Make a form that gives its words to `onwords`; its field has the id `id`. */
export function wordsForm(id, label, button, onwords) {
  const words = h("input", { type: "text", id, required: true, maxLength: 500, autocomplete: "off", placeholder: text("radio.example") });
  const form = h("form", { class: "buttons-row" }, h("label", { for: id }, label), words, h("button", { type: "submit", class: "button" }, button));
  form.addEventListener("submit", (event) => { event.preventDefault(); onwords(words.value.trim()); });
  return form;
}
