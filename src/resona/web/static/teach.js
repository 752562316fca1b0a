// Your own ear: two songs play, alike or not? With the mouse, or with the keys 1, 2, Y, N, S and U.

import { get, post, remove } from "./api.js";
import { count, h, iconButton, textButton, toast } from "./dom.js";
import { cover, nothing, playable } from "./list.js";
import { player } from "./player.js";

export function teachView() {
  const place = h("div", { "aria-live": "polite" });
  const status = h("p", { class: "quiet-text", id: "taught" });
  const view = h("div", { class: "view teach", tabIndex: -1 },
    h("h1", {}, "Teach Resona your ear"),
    h("p", {}, "Listen to both. Do they sound alike to you? There is no wrong answer; your judgements stay on this machine."),
    place, status);
  const interview = new Interview(place, status);
  const onkey = (event) => {
    if (!view.isConnected) return removeEventListener("keydown", onkey);
    if (!event.target.closest("input, select, textarea") && !event.ctrlKey && !event.metaKey && !event.altKey) interview.key(event);
    return undefined;
  };
  addEventListener("keydown", onkey);
  interview.begin();
  return view;
}

class Interview {
  #place; #status;
  #pair = null;
  #progress = null;

  constructor(place, status) {
    [this.#place, this.#status] = [place, status];
  }

  async begin() {
    await this.#try(async () => this.#tell(await get("/teach")));
    await this.ask();
  }

  async ask() {
    await this.#try(async () => {
      this.#pair = await get("/teach/question");
      this.#draw();
    });
  }

  key(event) {
    const action = { 1: () => this.#listen("a"), 2: () => this.#listen("b"), y: () => this.answer(true), n: () => this.answer(false), s: () => this.ask(), u: () => this.undo() }[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  }

  async answer(isMatch) {
    if (!this.#pair) return;
    const { a, b } = this.#pair;
    this.#pair = null;
    await this.#try(async () => {
      this.#tell(await post("/teach", { a: a.track_id, b: b.track_id, is_match: isMatch }));
      await this.ask();
    });
  }

  async undo() {
    if (!this.#progress?.last_label_id) return;
    await this.#try(async () => {
      this.#tell(await remove(`/teach/${this.#progress.last_label_id}`));
      toast("The last judgement is taken back");
    });
  }

  #listen(side) {
    if (this.#pair) player.toggle(playable(this.#pair[side]));
  }

  #tell(progress) {
    this.#progress = progress;
    const { n_answers: n, n_agreed: agreed } = progress;
    this.#status.textContent = n
      ? `${count(n, "judgement")} so far. The model in use agrees with ${agreed} of ${n}.`
      : "No judgements yet. Some twenty are a good beginning.";
  }

  #draw() {
    const side = (name, key) => {
      const track = this.#pair[name];
      return h("article", { class: "candidate" }, cover(track, "large"),
        h("h2", {}, track.title), h("p", {}, track.artist),
        textButton("play", `Play (${key})`, () => this.#listen(name), { dataset: { plays: playable(track).key }, "aria-label": `Play ${track.title}` }));
    };
    this.#place.replaceChildren(
      h("div", { class: "pair" }, side("a", 1), side("b", 2)),
      h("div", { class: "verdict" },
        textButton("remove", "Not alike (N)", () => this.answer(false), { id: "different" }),
        textButton("next", "Skip (S)", () => this.ask(), { id: "skip" }),
        textButton("alike", "Alike (Y)", () => this.answer(true), { class: "button strong", id: "alike" }),
        iconButton("undo", "Take the last judgement back (U)", () => this.undo())));
    player.mark();
  }

  async #try(work) {
    try {
      await work();
    } catch (error) {
      this.#place.replaceChildren(nothing("No question", error.message));
    }
  }
}
