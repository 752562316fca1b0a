// The shelf of words: one's own, with the songs that they were learned from, and all that are told; each leads to its songs.

import { get } from "./api.js";
import { h, iconButton, textButton } from "./dom.js";
import { list, nothing } from "./list.js";
import { forget, learn, ownWords, placeOf, rename, tell } from "./ownwords.js";
import { numbered } from "./paged.js";
import { playlist } from "./playlist.js";
import { radioButton } from "./radio.js";
import { percent, text, word as said } from "./texts.js";

const KINDS = {
  genre: text("words.genre"), instrument: text("words.instrument"), voice: text("words.voice"), mood: text("words.mood"),
  era: text("words.era"), measure: text("words.measure"),
};

export function wordsShelf() {
  const own = h("section", { class: "panel", "aria-label": text("words.own") });
  const told = h("div", {});
  fillOwn(own);
  fillTold(told);
  return h("div", {}, own, told);
}

async function fillOwn(place) {
  const refill = () => fillOwn(place);
  try {
    const known = await ownWords();
    const open = [...place.querySelectorAll("details[open]")].map((part) => part.dataset.word);
    place.replaceChildren(h("h2", {}, text("words.own")), h("p", { class: "quiet-text" }, text(known.length ? "words.of_profile" : "words.none")), ...known.map((each) => card(each, refill, open.includes(each.word))));
  } catch (error) {
    place.replaceChildren(nothing(text("browse.wrong"), error.message));
  }
}

function card(own, refill, isOpen) {
  const { word, track_ids: ids, agreement } = own;
  const act = (change) => change.then(refill, (error) => { tell(error); refill(); });
  const name = h("input", { type: "text", value: word, maxLength: 64, "aria-label": text("words.name_of", { word }), onchange: () => act(rename(word, name.value.trim())) });
  const songs = h("div", {});
  const take = (track) => iconButton("remove", text("words.take_out", { title: track.title }), () => act(learn(word, ids.filter((id) => id !== track.track_id))));
  const unfold = async ({ target }) => {
    if (target.open && !songs.firstChild) songs.replaceChildren(list(await numbered(ids).catch((error) => { tell(error); return []; }), { label: word, extra: (track) => [take(track)] }));
  };
  return h("div", { class: "own-word" },
    h("div", { class: "buttons-row" }, name,
      h("a", { class: "button", href: placeOf(word), "aria-label": text("words.show_it", { word }) }, text("words.show")), radioButton({ words: [word] }),
      textButton("playlist", text("words.follow"), () => playlist.follow(word)),
      textButton("remove", text("words.forget"), () => act(forget(own, refill)), { "aria-label": text("words.forget_it", { word }) })),
    h("details", { ontoggle: unfold, open: isOpen, dataset: { word } }, h("summary", {}, agreement === null ? text("words.lost") : text("words.how_sure", { n: ids.length, share: percent(agreement) })), songs));
}

async function fillTold(place) {
  try {
    const all = Object.entries(await get("/words"));
    place.replaceChildren(...Object.entries(KINDS).map(([kind, name]) => [name, all.filter(([, its]) => its === kind)]).filter(([, words]) => words.length).map(([name, words]) =>
      h("section", { "aria-label": name }, h("h2", {}, name), h("p", { class: "chips words" }, ...words.map(([word]) => h("a", { class: "chip", href: placeOf(word) }, said(word)))))));
  } catch (error) {
    place.replaceChildren(nothing(text("words.untold"), error.message));
  }
}
