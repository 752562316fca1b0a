// The bar below: what plays, its buttons, position and volume.

import { cover } from "./cover.js";
import { clock, h, icon, iconButton } from "./dom.js";
import { text } from "./texts.js";

/** What a press does. */
export const SHUFFLE = { true: "player.unshuffle", false: "player.shuffle" };
export const REPEAT = { off: "player.repeat_all", all: "player.repeat_one", one: "player.repeat_off" };

export class PlayerBar {
  #parts;
  canvas = h("canvas", { class: "spectrum", "aria-hidden": "true" });

  /** `player` is told what is pressed. */
  constructor(player) {
    const parts = {
      cover: h("a", { class: "player-cover", "aria-label": text("player.show_track") }),
      title: h("span", { class: "title", dir: "auto" }),
      artist: h("span", { class: "artist", dir: "auto" }),
      toggle: iconButton("play", text("player.play"), () => player.toggle(), { class: "round big", id: "toggle" }),
      shuffle: iconButton("shuffle", text(SHUFFLE.false), () => player.shuffle(), { class: "round wide-only" }),
      repeat: iconButton("repeat", text(REPEAT.off), () => player.repeat(), { class: "round wide-only" }),
      seek: h("input", { type: "range", class: "seek", min: 0, max: 1000, value: 0, "aria-label": text("player.position"), oninput: (event) => player.seek((event.target.value / 1000) * player.duration) }),
      time: h("span", { class: "time" }),
      left: h("span", { class: "time" }),
      volume: h("input", { type: "range", class: "volume", min: 0, max: 100, value: player.mixer.volume, "aria-label": text("player.volume"), oninput: (event) => player.mix((mixer) => { mixer.volume = Number(event.target.value); }) }),
    };
    document.getElementById("player").append(
      h("div", { class: "now" }, parts.cover, h("div", { class: "names" }, parts.title, parts.artist)),
      h("div", { class: "controls" },
        h("div", { class: "buttons" }, parts.shuffle, iconButton("previous", text("player.previous"), () => player.next(-1)), parts.toggle, iconButton("next", text("player.next"), () => player.next()), parts.repeat,
          h("a", { class: "round", href: "#/queue", "aria-label": text("queue.title"), title: text("queue.title") }, icon("queue"))),
        h("div", { class: "timeline" }, parts.time, parts.seek, parts.left)),
      h("div", { class: "sound" }, this.canvas, icon("volume"), parts.volume));
    document.getElementById("player").hidden = false;
    document.body.classList.add("has-player");
    this.#parts = parts;
  }

  show(current) {
    this.#parts.cover.replaceChildren(cover(current));
    this.#parts.cover.href = current.link ?? "#/";
    this.#parts.title.textContent = current.title;
    this.#parts.artist.textContent = current.artist;
    this.#parts.title.title = current.title;
  }

  refresh(player, queue) {
    const { toggle, shuffle, repeat, seek, time, left } = this.#parts;
    label(toggle, player.isPlaying ? "pause" : "play", text(player.isPlaying ? "player.pause" : "player.play"));
    label(shuffle, "shuffle", text(SHUFFLE[queue.isShuffled]), queue.isShuffled);
    label(repeat, queue.repeat === "one" ? "repeat_one" : "repeat", text(REPEAT[queue.repeat]), queue.repeat !== "off");
    const share = player.duration ? player.time / player.duration : 0;
    seek.value = share * 1000;
    seek.style.setProperty("--done", `${share * 100}%`);
    seek.setAttribute("aria-valuetext", text("player.time_of", { time: clock(player.time), duration: clock(player.duration) }));
    time.textContent = clock(Math.max(0, player.time));
    left.textContent = clock(player.duration);
  }
}

function label(button, picture, words, isOn = false) {
  if (button.title === words) return;
  button.replaceChildren(icon(picture));
  button.title = words;
  button.setAttribute("aria-label", words);
  button.classList.toggle("on", isOn);
}
