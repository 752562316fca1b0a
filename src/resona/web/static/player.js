// The one player: whatever plays, plays here, so that only one thing plays at a time, in whichever tab.

import { get, reasonOf } from "./api.js";
import { toast } from "./dom.js";
import { keep, kept } from "./keep.js";
import { mediaKeys, tellSystem } from "./mediakeys.js";
import { PlayerBar } from "./playerbar.js";
import { Queue, REPEATS } from "./queue.js";
import { Spectrum } from "./spectrum.js";

const MOST_KEPT = 200; // songs in line
const KEEP_EVERY_SECONDS = 5;

class Player extends EventTarget {
  #audio = new Audio();
  #queue = new Queue();
  #until = Infinity;
  #spectrum = null;
  #bar = null;
  #others = new BroadcastChannel("resona.player");
  #keptAt = 0;
  #nFailed = 0; // in a row
  #waiting = null; // where to go on when the server is back
  current = null;

  constructor() {
    super();
    this.#audio.preload = "metadata";
    this.#audio.volume = this.volume / 100;
    this.#queue.repeat = REPEATS.includes(kept("repeat", "off")) ? kept("repeat", "off") : "off";
    this.#queue.isShuffled = kept("shuffle", false);
    for (const name of ["play", "pause", "timeupdate", "loadedmetadata", "seeked"]) {
      this.#audio.addEventListener(name, () => this.#refresh());
    }
    this.#audio.addEventListener("timeupdate", () => {
      if (this.time >= this.#until) this.#audio.pause();
      else if (this.#isPastEnd()) this.next(1, true);
      if (Math.abs(this.time - this.#keptAt) >= KEEP_EVERY_SECONDS) this.#keep();
    });
    this.#audio.addEventListener("playing", () => { this.#nFailed = 0; this.#others.postMessage("plays"); });
    this.#audio.addEventListener("pause", () => this.#keep());
    this.#audio.addEventListener("ended", () => this.next(1, true));
    this.#audio.addEventListener("error", () => this.current && this.#onError(this.current));
    this.#others.onmessage = () => this.#audio.pause();
    addEventListener("pagehide", () => this.#keep());
    addEventListener("resonaback", () => this.#goOn());
    mediaKeys(this);
  }

  get isPlaying() { return !this.#audio.paused; }
  get time() { return this.#audio.currentTime - (this.current?.start ?? 0); }
  get duration() { return this.current?.duration || this.#audio.duration || 0; }
  get volume() { return Math.min(100, Math.max(0, kept("volume", 100))); }
  set volume(percent) {
    this.#audio.volume = percent / 100;
    keep("volume", percent);
  }

  /** Play something; `from` and `until` (seconds) limit it to a part. */
  async play(item, { queue = [item], from = 0, until = Infinity } = {}) {
    this.#queue.fill(queue, queue.find((other) => other.key === item.key));
    await this.#start(item, from, until);
  }

  /** Play, or pause if it plays already. */
  toggle(item, queue) {
    if (item && this.current?.key !== item.key) return this.play(item, { queue });
    this.#until = Infinity;
    if (this.isPlaying) return this.#audio.pause();
    this.#spectrum?.connect(this.#audio);
    return this.#audio.play().catch(() => {});
  }

  pause() { this.#audio.pause(); }

  seek(seconds) {
    this.#until = Infinity;
    this.#audio.currentTime = (this.current?.start ?? 0) + Math.max(0, Math.min(seconds, this.duration));
  }

  next(step = 1, isByItself = false) {
    const item = this.#queue.step(step, isByItself);
    if (item) this.#start(item);
    else this.#audio.pause();
  }

  /** Play a song after the current one. */
  playNext(item) {
    if (!this.current) return this.play(item);
    this.#queue.insert(item);
    this.#keep();
    return toast(`${item.title} comes next`);
  }

  shuffle(isShuffled = !this.#queue.isShuffled) {
    this.#queue.shuffle(isShuffled);
    keep("shuffle", isShuffled);
    this.#refresh();
  }

  repeat() {
    this.#queue.repeat = REPEATS[(REPEATS.indexOf(this.#queue.repeat) + 1) % REPEATS.length];
    keep("repeat", this.#queue.repeat);
    this.#refresh();
  }

  /** Mark in all lists what plays. */
  mark() {
    queueMicrotask(() => {
      for (const element of document.querySelectorAll("[data-plays]")) {
        const isCurrent = element.dataset.plays === this.current?.key;
        element.classList.toggle("current", isCurrent);
        element.classList.toggle("playing", isCurrent && this.isPlaying);
        if (element.tagName === "BUTTON") element.setAttribute("aria-pressed", String(isCurrent && this.isPlaying));
      }
    });
  }

  /** Show what was playing when the page was left, if the library still has it. */
  async restore() {
    const { items = [], at = 0, time = 0 } = kept("playing", {});
    const item = Array.isArray(items) ? items[at] : null;
    if (!item?.track_id || !Number.isFinite(time)) return;
    const track = await get(`/tracks/${item.track_id}`).catch(() => null);
    if (this.current || track?.title !== item.title || track.artist !== item.artist) return;
    this.#queue.fill(items, item);
    this.#load(item);
    this.#audio.currentTime = (item.start ?? 0) + time;
  }

  async #start(item, from = 0, until = Infinity) {
    this.#until = until;
    this.#waiting = null;
    if (this.current?.key !== item.key || this.#audio.error) this.#load(item);
    const begin = (item.start ?? 0) + from;
    if (begin || this.#audio.currentTime) this.#audio.currentTime = begin;
    this.#spectrum.connect(this.#audio);
    try {
      await this.#audio.play();
    } catch (error) {
      if (error.name !== "AbortError" && error.name !== "NotSupportedError") toast(error.message, "error");
    }
  }

  #load(item) {
    this.current = item;
    this.#audio.src = item.source;
    if (!this.#bar) {
      this.#bar = new PlayerBar(this);
      this.#spectrum = new Spectrum(this.#bar.canvas);
    }
    this.#bar.show(item);
    document.title = `${item.title} · Resona`;
    tellSystem(item);
    this.#keep();
  }

  #isPastEnd() {
    return this.current?.start > 0 && this.duration > 0 && this.time >= this.duration;
  }

  /** Say why it does not play, then play the next song; or wait until the server is back. */
  async #onError(item) {
    const { time } = this;
    const isExcerpt = Boolean(item.excerpt) && this.#audio.src.endsWith(item.excerpt);
    const reason = await reasonOf(isExcerpt ? item.excerpt : item.source);
    if (this.current !== item) return;
    if (reason?.kind === "Offline") {
      this.#waiting = { item, time: Math.max(0, time) };
      toast("Resona does not answer; the music goes on as soon as it does.", "error");
    } else if (reason || isExcerpt || !item.excerpt) {
      const unplayable = item.excerpt ? "it cannot be played here" : "this browser does not play this format; Resona has heard it all the same";
      toast(`“${item.title}”: ${reason?.message ?? unplayable}`, "error");
      this.#nFailed += 1;
      if (this.#nFailed < this.#queue.size) this.next();
    } else {
      toast("This browser does not play this format; here is its first minute.");
      this.#audio.src = item.excerpt;
      this.#audio.play().catch(() => {});
    }
  }

  #goOn() {
    if (this.#waiting) this.#start(this.#waiting.item, this.#waiting.time);
  }

  #keep() {
    const { items, at } = this.#queue;
    const first = Math.max(0, at - MOST_KEPT / 2);
    const some = items.slice(first, first + MOST_KEPT);
    this.#keptAt = this.time;
    if (some.every((item) => item.track_id)) keep("playing", { items: some, at: at - first, time: Math.max(0, this.time) });
  }

  #refresh() {
    this.mark();
    this.dispatchEvent(new Event("change"));
    this.#bar?.refresh(this, this.#queue);
  }
}

export const player = new Player();
