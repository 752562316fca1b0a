// The radio: what it stays near, where it leans, what plays and what comes, and what it was steered by.

import { get } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { list, nothing } from "./list.js";
import { mixTabs } from "./mixes.js";
import { read } from "./place.js";
import { player } from "./player.js";
import { LEANINGS, MINUTES, addressOf, courseOf, radio, startRadio } from "./radio.js";
import { steerButtons, steerChip } from "./steering.js";
import { text } from "./texts.js";
import { EXAMPLE } from "./tuning.js";
import { wordsForm } from "./wordsform.js";

const ENDS = {
  tempo: [text("radio.tempo"), text("radio.slow"), text("radio.fast")],
  energy: [text("radio.energy"), text("radio.calm"), text("radio.intense")],
  brightness: [text("radio.brightness"), text("radio.dark"), text("radio.bright")],
  drift: [text("radio.drift"), text("radio.stays"), text("radio.wanders")],
};
const SHOWN = 8;

/** Go on to a song of the line; what comes after it stays. */
function play(track) {
  const { items, at } = player.queue;
  const index = items.findIndex((item, place) => place >= at && item.track_id === track.track_id);
  return index === at ? player.toggle() : player.jump(index);
}

export function radioView() {
  const asked = courseOf(read().parameters) ?? (radio.isOn ? radio.course : null);
  const place = h("div", { class: "radio" });
  const view = h("div", { class: "view" }, h("h1", {}, text("radio.title")), mixTabs("radio"), place);
  if (!asked) {
    place.append(nothing(text("radio.none"), text("radio.how")), fromWords());
    return view;
  }
  const board = new Board(asked, place);
  let wasSeen = false;
  const draw = () => {
    if (wasSeen && !view.isConnected) return radio.removeEventListener("change", draw);
    wasSeen ||= view.isConnected;
    return board.draw();
  };
  radio.addEventListener("change", draw);
  draw();
  return view;
}

/** Begin one from words for a sound. */
function fromWords() {
  const form = wordsForm("words", text("radio.words"), text("radio.start"), (words) => startRadio({ words: [words] }));
  return h("section", { class: "panel", "aria-label": text("radio.words") }, form);
}

class Board {
  #course; #place;
  #names = null; // of the seeds
  #drawn = ""; // what stands there
  #tracks = new Map(); // what was steered by, by number
  #line = h("div", { "aria-live": "polite" });
  #steering = h("div", { class: "steering" });
  #head = h("div", { class: "section-head" });

  constructor(course, place) {
    [this.#course, this.#place] = [course, place];
    place.append(this.#head, this.#controls(), this.#steering, this.#line);
  }

  get #isMine() { return radio.isOn && addressOf(radio.course) === addressOf(this.#course); }

  /** Draw what has changed: buttons that are drawn anew all the time cannot be pressed. */
  async draw() {
    const isMine = this.#isMine;
    const ids = isMine ? [player.current?.track_id, ...radio.next.map((item) => item.track_id)].filter(Boolean).slice(0, SHOWN) : [];
    const drawn = JSON.stringify([isMine, ids, addressOf(this.#course), radio.message]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const button = isMine ? textButton("pause", text("radio.stop"), () => radio.stop()) : textButton("radio", text("radio.start"), () => radio.start(this.#course), { class: "button strong" });
    const [near, chips, ...tracks] = await Promise.all([this.#near(isMine), this.#chips(), ...ids.map((id) => this.#track(id))]);
    if (drawn !== this.#drawn) return;
    this.#head.replaceChildren(h("p", {}, near, isMine ? "" : ` ${text("radio.ready")}`), button);
    this.#steering.replaceChildren(...chips);
    const rows = list(tracks.filter(Boolean), { play, label: text("radio.line"), extra: (track) => steerButtons(track, () => this.#turn("like", track), () => this.#turn("unlike", track)) });
    this.#line.replaceChildren(...(isMine ? [h("h2", {}, text("radio.line")), rows, h("p", { class: "quiet-text" }, radio.message)] : []));
  }

  /** Say what it stays near; one that is not on asks the server for it, once. */
  async #near(isMine) {
    if (isMine && radio.names.length) this.#names = radio.names;
    this.#names ??= await get("/radio", { ...this.#course, minutes: 1 }).then((found) => found.seeds, (error) => { toast(error.message, "error"); return []; });
    return this.#names.length ? text("radio.near", { names: this.#names.join(", ") }) : "";
  }

  #controls() {
    const control = (name) => {
      const [label, little, much] = ENDS[name];
      const field = h("input", { type: "range", min: name === "drift" ? 0 : -1, max: 1, step: 0.25, value: this.#course[name], "aria-label": label, onchange: (event) => this.#steer({ [name]: Number(event.target.value) }) });
      return h("div", { class: "control leaning" }, h("strong", {}, label), field, h("span", { class: "ends" }, h("span", {}, little), h("span", {}, much)));
    };
    const where = h("input", { type: "text", value: this.#course.where, placeholder: text("tune.example", { filter: EXAMPLE }), maxLength: 2000, spellcheck: false, autocomplete: "off", onchange: () => this.#filter(where) });
    return h("div", { class: "controls-grid" }, ...[...LEANINGS, "drift"].map(control), h("label", { class: "control wide" }, h("span", {}, text("tune.where")), where));
  }

  /** Let only some tracks in, if the filter can be understood and leaves any; else all is as it was. */
  async #filter(field) {
    const where = field.value.trim();
    let fault = "";
    try {
      const { results } = await get("/radio", { ...this.#course, where, minutes: MINUTES });
      if (results.every(({ track_id: id }) => this.#course.track?.includes(String(id)))) fault = text("radio.nothing_fits");
    } catch (error) {
      fault = error.message;
    }
    field.setAttribute("aria-invalid", String(Boolean(fault)));
    if (fault) toast(fault, "error");
    else await this.#steer({ where });
  }

  #turn(way, track) {
    const others = ["like", "unlike"].map((name) => [name, (this.#course[name] ?? []).filter((id) => Number(id) !== track.track_id)]);
    const course = Object.fromEntries(others);
    course[way] = [...course[way], String(track.track_id)];
    if (way === "unlike" && player.current?.track_id === track.track_id) player.next();
    return this.#steer(course);
  }

  #steer(change) {
    const isMine = this.#isMine;
    this.#course = { ...this.#course, ...change };
    history.replaceState(history.state, "", addressOf(this.#course));
    if (isMine) return radio.steer(change);
    return this.draw();
  }

  async #chips() {
    const chips = ["like", "unlike"].flatMap((way) => (this.#course[way] ?? []).map(async (id) => {
      const track = await this.#track(Number(id));
      return track && steerChip(track, way === "like", () => this.#steer({ [way]: this.#course[way].filter((other) => other !== id) }));
    }));
    return (await Promise.all(chips)).filter(Boolean);
  }

  async #track(id) {
    if (!this.#tracks.has(id)) this.#tracks.set(id, get(`/tracks/${id}`).catch(() => { this.#tracks.delete(id); return null; }));
    if (this.#tracks.size > 200) this.#tracks.delete(this.#tracks.keys().next().value);
    return this.#tracks.get(id);
  }
}
