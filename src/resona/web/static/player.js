// The one player: whatever plays, plays here, so that only one thing plays at a time, in whichever tab.

import { get } from "./api.js";
import { Deck } from "./deck.js";
import { toast } from "./dom.js";
import { verdict } from "./faults.js";
import { keep, kept } from "./keep.js";
import { mark } from "./marks.js";
import { mediaKeys, tellPlace, tellSystem } from "./mediakeys.js";
import { Mixer } from "./mixer.js";
import { PlayerBar } from "./playerbar.js";
import { Queue, REPEATS } from "./queue.js";
import { Spectrum } from "./spectrum.js";
import { text } from "./texts.js";

const MOST_KEPT = 200; // songs in line
const KEEP_EVERY_SECONDS = 5;
const READY_SECONDS = 30; // before the end the next song is fetched

class Player extends EventTarget {
  #decks = [new Deck(), new Deck()]; // the first one plays
  #mixer = new Mixer();
  #queue = new Queue();
  #until = Infinity;
  #spectrum = null;
  #bar = null;
  #others = new BroadcastChannel("resona.player");
  #keptAt = 0;
  #nFailed = 0; // in a row
  #isWanted = false; // somebody wants to hear music
  #waiting = null; // where to go on when the server is back

  constructor() {
    super();
    this.#queue.repeat = REPEATS.includes(kept("repeat", "off")) ? kept("repeat", "off") : "off";
    this.#queue.isShuffled = kept("shuffle", false);
    for (const deck of this.#decks) this.#listen(deck);
    this.#others.onmessage = () => this.pause();
    addEventListener("pagehide", () => this.#keep());
    addEventListener("resonaback", () => this.#goOn());
    mediaKeys(this);
  }

  get #deck() { return this.#decks[0]; }
  get current() { return this.#deck.item; }
  get isPlaying() { return this.#deck.isPlaying; }
  get time() { return this.#deck.time; }
  get duration() { return this.current?.duration || this.#deck.audio.duration || 0; }
  get queue() { return this.#queue; }
  get mixer() { return this.#mixer; }

  /** Change how loud it is, or how songs follow each other: `change` is given the mixer. */
  mix(change = () => {}) {
    change(this.#mixer);
    this.#deck.setLevel(this.#mixer.levelOf(this.#deck));
  }

  /** Play something; `from` and `until` (seconds) limit it to a part. */
  async play(item, { queue = [item], from = 0, until = Infinity } = {}) {
    this.#queue.fill(queue, queue.find((other) => other.key === item.key));
    await this.#start(item, { from, until });
  }

  /** Play, or pause if it plays already. */
  toggle(item, queue) {
    if (item && this.current?.key !== item.key) return this.play(item, { queue });
    if (this.isPlaying) return this.pause();
    if (this.#deck.audio.error) return this.#start(this.current);
    this.#until = Infinity;
    return this.#sound();
  }

  pause() {
    this.#isWanted = false;
    for (const deck of this.#decks) deck.audio.pause();
  }

  seek(seconds) {
    this.#until = Infinity;
    this.#deck.time = Math.max(0, Math.min(seconds, this.duration));
  }

  next(step = 1) {
    const item = this.#queue.step(step);
    if (item) this.#start(item);
    else this.pause();
  }

  /** Play a song after the current one. */
  playNext(item) {
    if (!this.current) return this.play(item);
    this.arrange((queue) => queue.insert(item));
    return toast(text("player.comes_next", { title: item.title }));
  }

  /** Change what is in line: `change` is given the queue. */
  arrange(change) {
    change(this.#queue);
    this.#keep();
    this.dispatchEvent(new Event("queue"));
  }

  /** Play what stands at a place of the queue. */
  jump(index) { this.#start(this.#queue.jump(index)); }

  shuffle(isShuffled = !this.#queue.isShuffled) {
    keep("shuffle", isShuffled);
    this.arrange((queue) => queue.shuffle(isShuffled));
    this.#refresh();
  }

  repeat() {
    const next = REPEATS[(REPEATS.indexOf(this.#queue.repeat) + 1) % REPEATS.length];
    keep("repeat", next);
    this.arrange((queue) => { queue.repeat = next; });
    this.#refresh();
  }

  /** Mark in all lists what plays. */
  mark() { queueMicrotask(() => mark(this.current?.key, this.isPlaying)); }

  /** Show what was playing when the page was left, if the library still has it. */
  async restore() {
    const { items = [], at = 0, time = 0 } = kept("playing", {});
    const isWhole = Array.isArray(items) && items.every((item) => item?.track_id && typeof item.title === "string" && item.source);
    const item = isWhole ? items[at] : null;
    if (!item || !Number.isFinite(time)) return;
    const track = await get(`/tracks/${item.track_id}`).catch(() => null);
    if (this.current || track?.title !== item.title || track.artist !== item.artist) return;
    this.#queue.restore(items, at);
    this.#show(item, this.#deck);
    this.#deck.time = time;
  }

  #listen(deck) {
    const on = (name, act) => deck.audio.addEventListener(name, () => deck === this.#deck && act());
    for (const name of ["play", "pause", "timeupdate", "loadedmetadata", "seeked"]) on(name, () => this.#refresh());
    for (const name of ["loadedmetadata", "seeked"]) on(name, () => tellPlace(this));
    on("timeupdate", () => this.#watch());
    on("playing", () => { this.#nFailed = 0; deck.isRetried = false; });
    on("pause", () => this.#keep());
    on("ended", () => this.#follow());
    on("error", () => deck.audio.error && this.#isWanted && this.#onError(deck));
    on("measured", () => this.mix());
  }

  /** As it plays: where a part ends, when the next song is to be made ready or to fade in, what is to be kept. */
  #watch() {
    const left = this.duration - this.time;
    if (this.time >= this.#until) return this.pause();
    if (this.#deck.isPart && this.duration > 0 && left <= 0) return this.#follow();
    if (Math.abs(this.time - this.#keptAt) >= KEEP_EVERY_SECONDS) this.#keep();
    const next = this.#queue.peek();
    if (!next || !this.isPlaying || !(this.duration > 0) || left > READY_SECONDS || this.#decks[1].isLeaving) return undefined;
    if (!this.#decks[1].hasReady(next)) this.#decks[1].load(next);
    const seconds = this.#mixer.overlap(this.current, next);
    return seconds && left <= seconds ? this.#follow(left) : undefined;
  }

  #follow(seconds = 0) {
    const item = this.#queue.step(1, true);
    if (item) this.#start(item, { seconds });
    else this.pause();
  }

  async #start(item, { from = 0, until = Infinity, seconds = 0 } = {}) {
    this.#until = until;
    this.#waiting = null;
    const [old, other] = this.#decks;
    if (from === 0 && other.hasReady(item)) {
      this.#decks.reverse();
      this.#show(item);
      old.leave(seconds);
    } else {
      other.leave(0);
      if (this.current?.key !== item.key || old.audio.error) this.#show(item, old);
      if (from || this.time > 0) this.#deck.time = from;
    }
    await this.#sound(seconds);
  }

  async #sound(seconds = 0) {
    this.#isWanted = true;
    this.#others.postMessage("plays"); // whoever was asked last plays, however long its file takes to come
    this.#mixer.open(this.#decks);
    this.#spectrum.watch(this.#mixer.analyser, () => this.isPlaying);
    this.#deck.enter(this.#mixer.levelOf(this.#deck), seconds);
    try {
      await this.#deck.audio.play();
    } catch (error) {
      if (error.name !== "AbortError" && error.name !== "NotSupportedError") toast(error.message, "error");
    }
  }

  /** Show a song as the current one, and load it where it is not yet ready. */
  #show(item, deck = null) {
    deck?.load(item);
    if (!this.#bar) {
      this.#bar = new PlayerBar(this);
      this.#spectrum = new Spectrum(this.#bar.canvas);
    }
    this.#bar.show(item);
    document.title = `${item.title} · Resona`;
    tellSystem(item);
    this.#keep();
    this.dispatchEvent(new Event("queue"));
  }

  async #onError(deck) {
    const { item, time, isExcerpt } = deck;
    const { kind, message } = await verdict(deck);
    if (deck !== this.#deck || deck.item !== item || !this.#isWanted) return;
    if (message) toast(message, kind === "excerpt" ? "note" : "error");
    if (kind === "wait") this.#waiting = { item, from: Math.max(0, time) };
    if (kind === "retry") this.#again(deck, { isExcerpt, isRetried: true }, time);
    if (kind === "excerpt") this.#again(deck, { isExcerpt: true }, 0);
    if (kind === "skip" && (this.#nFailed += 1) < this.#queue.size) this.next();
  }

  #again(deck, how, time) {
    deck.load(deck.item, how);
    if (time > 0) deck.time = time;
    this.#sound();
  }

  #goOn() {
    if (this.#waiting) this.#start(this.#waiting.item, this.#waiting);
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
