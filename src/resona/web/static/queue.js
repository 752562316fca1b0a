// What plays next: the songs in line, in order or shuffled, once or again and again.

export const REPEATS = ["off", "all", "one"];

export class Queue {
  #entries = []; // {item, place}, as they play; `place` is where one stands when nothing is shuffled
  #at = -1;
  repeat = "off";
  isShuffled = false;

  get items() { return this.#entries.map(({ item }) => item); }
  get at() { return this.#at; }
  get size() { return this.#entries.length; }

  /** Take songs, of which one is playing. */
  fill(items, current) {
    this.restore(items, Math.max(0, items.indexOf(current)));
    if (this.isShuffled) this.#mix();
  }

  /** Take songs in the order in which they are to play. */
  restore(items, at) {
    this.#entries = items.map((item, place) => ({ item, place }));
    this.#at = at;
  }

  shuffle(isShuffled) {
    this.isShuffled = isShuffled;
    if (isShuffled) return this.#mix();
    const current = this.#entries[this.#at];
    this.#entries.sort((a, b) => a.place - b.place);
    this.#at = this.#entries.indexOf(current);
    return undefined;
  }

  /** Put songs after the one that is playing. */
  insert(...items) { this.#put(this.#at + 1, items); }

  /** Put songs at the end. */
  append(...items) { this.#put(this.size, items); }

  /** Move a song from one place to another; what plays goes on. */
  move(from, to) {
    const current = this.#entries[this.#at];
    this.#entries.splice(to, 0, ...this.#entries.splice(from, 1));
    this.#at = this.#entries.indexOf(current);
    this.#number();
  }

  /** Take a song out that is not the one that plays. */
  removeAt(index) {
    this.#entries.splice(index, 1);
    if (index < this.#at) this.#at -= 1;
    this.#number();
  }

  /** Take out all that comes after the one that plays. */
  clear() { this.#entries.length = this.#at + 1; }

  jump(index) {
    this.#at = index;
    return this.#entries[index].item;
  }

  /** What would play next; null at the end. `isByItself` is so at the end of a song, which may be repeated. */
  peek(by = 1, isByItself = true) {
    const next = this.#next(by, isByItself);
    return next === null ? null : this.#entries[next].item;
  }

  /** Go on, or back; null at the end. */
  step(by, isByItself = false) {
    const next = this.#next(by, isByItself);
    return next === null ? null : this.jump(next);
  }

  #next(by, isByItself) {
    if (isByItself && this.repeat === "one" && this.size) return this.#at;
    const next = this.#at + by;
    const isInside = next >= 0 && next < this.size;
    if (!this.size || (!isInside && this.repeat === "off")) return null;
    return (next + this.size) % this.size;
  }

  #put(index, items) {
    const place = index === this.size ? this.size : (this.#entries[index - 1]?.place ?? 0) + 0.5;
    this.#entries.splice(index, 0, ...items.map((item) => ({ item, place })));
    this.#number();
  }

  #number() {
    if (!this.isShuffled) this.#entries.forEach((entry, place) => { entry.place = place; });
  }

  /** What plays comes first, the others in any order. */
  #mix() {
    if (!this.size) return;
    const others = this.#entries.toSpliced(this.#at, 1);
    for (let last = others.length - 1; last > 0; last -= 1) {
      const other = Math.floor(Math.random() * (last + 1));
      [others[last], others[other]] = [others[other], others[last]];
    }
    this.#entries = [this.#entries[this.#at], ...others];
    this.#at = 0;
  }
}
