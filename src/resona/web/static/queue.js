// What plays next: the songs in line, in order or shuffled, once or again and again.

export const REPEATS = ["off", "all", "one"];

export class Queue {
  #items = [];
  #order = []; // of places in #items
  #at = -1; // in #order
  repeat = "off";
  isShuffled = false;

  get items() { return this.#order.map((place) => this.#items[place]); }
  get at() { return this.#at; }
  get size() { return this.#items.length; }

  /** Take songs, of which one is playing. */
  fill(items, current) {
    this.#items = [...items];
    const place = Math.max(0, items.indexOf(current));
    this.#arrange(place);
  }

  shuffle(isShuffled) {
    this.isShuffled = isShuffled;
    this.#arrange(this.#order[this.#at] ?? 0);
  }

  /** Put a song after the one that is playing. */
  insert(item) {
    this.#items.push(item);
    this.#order.splice(this.#at + 1, 0, this.#items.length - 1);
  }

  /** Go on, or back; null at the end. `isByItself` is so at the end of a song, which may be repeated. */
  step(by, isByItself = false) {
    if (isByItself && this.repeat === "one") return this.#items[this.#order[this.#at]];
    const next = this.#at + by;
    const isInside = next >= 0 && next < this.size;
    if (!this.size || (!isInside && this.repeat === "off")) return null;
    this.#at = (next + this.size) % this.size;
    return this.#items[this.#order[this.#at]];
  }

  #arrange(place) {
    const places = this.#items.map((_, index) => index);
    if (!this.isShuffled) {
      this.#order = places;
      this.#at = place;
      return;
    }
    const others = places.filter((other) => other !== place);
    for (let last = others.length - 1; last > 0; last -= 1) {
      const other = Math.floor(Math.random() * (last + 1));
      [others[last], others[other]] = [others[other], others[last]];
    }
    this.#order = places.length ? [place, ...others] : [];
    this.#at = 0;
  }
}
