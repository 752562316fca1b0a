// What plays next: seen, put in order, and how songs follow each other.

import { h, textButton } from "./dom.js";
import { nothing, row } from "./list.js";
import { player } from "./player.js";
import { REPEAT, SHUFFLE } from "./playerbar.js";
import { playlist } from "./playlist.js";
import { Sortable } from "./sortable.js";
import { text } from "./texts.js";

const BEHIND = 3; // songs that have played
const SHOWN = 100; // songs at first, and more at a press of a button
const CROSSFADES = [0, 2, 4, 6, 8, 12]; // seconds

export function queueView() {
  const place = h("div", {});
  const lines = new Sortable(text("queue.title"), () => draw());
  const view = h("div", { class: "view" }, h("h1", {}, text("queue.title")), place, sound());
  let shown = SHOWN;
  const draw = () => {
    if (!view.isConnected && place.firstChild) return player.removeEventListener("queue", draw);
    if (lines.isDragged) return undefined;
    const { items, at } = player.queue;
    const first = Math.max(0, at - BEHIND);
    const some = items.slice(first, at + shown);
    if (!items.length) return place.replaceChildren(nothing(text("queue.empty"), text("queue.how")));
    lines.fill(some.map((item, index) => line(item, first + index, first)), first);
    place.replaceChildren(buttons(items), lines.element,
      ...(first + some.length < items.length ? [h("button", { type: "button", class: "button more", onclick: () => { shown += SHOWN; draw(); } }, text("browse.more"))] : []));
    return player.mark();
  };
  player.addEventListener("queue", draw);
  draw();
  return view;
}

function line(item, index, first) {
  const isCurrent = index === player.queue.at;
  const play = () => (isCurrent ? player.toggle() : player.jump(index));
  return {
    line: row({ ...item, duration_seconds: item.duration }, { item, play, position: index + 1 }),
    title: item.title,
    move: (to) => player.arrange((queue) => queue.move(index, first + to)),
    remove: isCurrent ? null : () => player.arrange((queue) => queue.removeAt(index)),
  };
}

function buttons(items) {
  const { isShuffled, repeat } = player.queue;
  return h("div", { class: "buttons-row" },
    textButton("shuffle", text(SHUFFLE[isShuffled]), () => player.shuffle()),
    textButton(repeat === "one" ? "repeat_one" : "repeat", text(REPEAT[repeat]), () => player.repeat()),
    textButton("playlist", text("queue.keep"), () => playlist.add(...items.filter((item) => item.track_id))),
    textButton("remove", text("queue.clear"), () => player.arrange((queue) => queue.clear())));
}

/** How songs follow each other, and how loud they are. */
function sound() {
  const { settings } = player.mixer;
  const set = (name, value) => player.mix((mixer) => mixer.set(name, value));
  const choices = CROSSFADES.map((seconds) => h("option", { value: seconds, selected: seconds === settings.crossfade }, seconds ? text("queue.seconds", { n: seconds }) : text("queue.no_crossfade")));
  return h("section", { class: "panel", "aria-label": text("queue.sound") },
    h("div", { class: "controls-row" },
      h("label", { class: "control" }, h("span", {}, text("queue.crossfade")), h("select", { onchange: (event) => set("crossfade", Number(event.target.value)) }, ...choices)),
      h("label", { class: "control tick" }, h("input", { type: "checkbox", checked: settings.isLevelled, onchange: (event) => set("isLevelled", event.target.checked) }), h("span", {}, text("queue.levelled")))),
    h("p", { class: "quiet-text" }, text("queue.about")));
}
