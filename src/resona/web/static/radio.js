// Radio without an end: songs near some seeds, steered while it plays. What was played is remembered for a while, and
// only a few songs wait in line, so that hours of it take no more memory than minutes.

import { get } from "./api.js";
import { textButton, toast } from "./dom.js";
import { keep, kept } from "./keep.js";
import { playable } from "./list.js";
import { player } from "./player.js";
import { sentence, text } from "./texts.js";

export const SEEDS = ["track", "artist", "album", "playlist", "upload", "words"];
export const LEANINGS = ["tempo", "energy", "brightness"];
const WAYS = ["like", "unlike"]; // songs that it was steered by
const USUAL = { tempo: 0, energy: 0, brightness: 0, drift: 0.5, where: "" };

const AHEAD = 3; // songs in line before more are asked for
const PAST = 20; // played songs in line
const HEARD = 120; // songs that do not come again
const MOST = 8; // songs taken at once
export const MINUTES = 30;
const REST_MS = 5000; // a server that cannot answer is left alone for a while

export class Radio extends EventTarget {
  #player; #ask;
  #isAsking = false;
  #wasOn = false;
  #heard = [];
  #id = "";
  course = null; // seeds, songs to be like and unlike, leanings, a filter: what stands in the address
  names = []; // of the seeds
  message = "";

  /** `ask` gives what comes next, as `GET /radio` does. */
  constructor(line, ask) {
    super();
    [this.#player, this.#ask] = [line, ask];
    const { course, id, heard } = kept("radio", {});
    if (course && Array.isArray(heard)) [this.course, this.#id, this.#heard] = [course, id, heard];
    for (const name of ["change", "queue"]) line.addEventListener(name, () => this.#follow());
  }

  get isOn() { return this.#id !== "" && this.#player.queue.items.some((item) => item.radio === this.#id); }
  get heard() { return this.#heard; }

  /** The songs in line after the one that plays. */
  get next() { return this.#player.queue.items.slice(this.#player.queue.at + 1); }

  async start(course) {
    [this.course, this.#heard, this.#id, this.names, this.message] = [course, [], `${Date.now()}`, [], ""];
    const items = await this.#fetch([]);
    if (!items.length) return;
    this.#player.shuffle(false);
    this.#player.play(items[0], { queue: items });
    this.#tell();
  }

  /** Take another course: what waits in line gives way to what fits. */
  async steer(change) {
    this.course = { ...this.course, ...change };
    this.#tell();
    if (!this.isOn) return;
    const items = await this.#fetch(this.#heard);
    if (items.length) this.#player.arrange((queue) => { queue.clear(); queue.append(...items); });
    this.#tell();
  }

  stop() {
    this.#id = "";
    this.#player.arrange((queue) => queue.clear());
    this.#tell();
  }

  /** Remember what plays, and see to it that something comes after it. */
  #follow() {
    if (this.isOn !== this.#wasOn) {
      this.#wasOn = this.isOn;
      this.#tell();
    }
    if (!this.isOn) return;
    const { queue, current } = this.#player;
    if (current?.track_id && current.track_id !== this.#heard.at(-1)) {
      this.#heard = [...this.#heard, current.track_id].slice(-HEARD);
      this.#tell();
    }
    if (queue.at > PAST) this.#player.arrange((line) => { while (line.at > PAST) line.removeAt(0); });
    if (queue.size - 1 - queue.at < AHEAD) this.#extend();
  }

  async #extend() {
    if (this.#isAsking) return;
    const items = await this.#fetch([...this.#heard, ...this.next.map((item) => item.track_id)].slice(-HEARD));
    if (items.length && this.isOn) this.#player.arrange((queue) => queue.append(...items));
    this.#tell();
  }

  async #fetch(heard) {
    const id = this.#id;
    this.#isAsking = true;
    let rest = 0;
    try {
      const found = await this.#ask({ ...this.course, heard, minutes: MINUTES, seed: Math.floor(Math.random() * 1e9) });
      if (id !== this.#id) return []; // another one was started meanwhile
      [this.names, this.message] = [found.seeds, found.relaxed.map(sentence).join(" ")];
      return found.results.slice(0, MOST).map((track) => ({ ...playable(track), radio: id }));
    } catch (error) {
      rest = REST_MS;
      this.message = error.message;
      toast(error.message, "error");
      return [];
    } finally {
      if (rest) setTimeout(() => { this.#isAsking = false; }, rest);
      else this.#isAsking = false;
    }
  }

  #tell() {
    keep("radio", { course: this.course, id: this.#id, heard: this.#heard });
    this.dispatchEvent(new Event("change"));
  }
}

/** Read a course from the address; null if it has no seed. */
export function courseOf(parameters) {
  const ids = (name) => parameters.getAll(name).filter(Boolean);
  const course = Object.fromEntries([...SEEDS, ...WAYS].map((name) => [name, ids(name)]).filter(([, values]) => values.length));
  for (const [name, usual] of Object.entries(USUAL)) {
    if (name === "where") { course[name] = parameters.get(name) ?? usual; continue; }
    const value = Number(parameters.get(name) ?? usual);
    course[name] = Number.isFinite(value) ? Math.min(1, Math.max(name === "drift" ? 0 : -1, value)) : usual;
  }
  return SEEDS.some((name) => course[name]) ? course : null;
}

export function addressOf(course) {
  const parameters = new URLSearchParams();
  for (const name of [...SEEDS, ...WAYS, ...Object.keys(USUAL)]) {
    if (course[name] !== USUAL[name]) for (const item of [course[name]].flat()) parameters.append(name, item);
  }
  return `#/radio?${parameters}`;
}

export const radio = new Radio(player, (wanted) => get("/radio", wanted));

/** Start a radio near some seeds, `{track: [ids], artist: [ids], …}`, and show it. */
export function startRadio(seeds) {
  const course = { ...USUAL, ...Object.fromEntries(Object.entries(seeds).map(([name, ids]) => [name, ids.map(String)])) };
  radio.start(course);
  location.hash = addressOf(course);
}

export function radioButton(seeds) {
  return textButton("radio", text("radio.radio"), () => startRadio(seeds));
}
