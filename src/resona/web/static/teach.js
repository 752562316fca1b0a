// Your own ear: are two songs alike, or which of three is the odd one out? With the mouse or by keys: 1, 2, 3 play;
// Y, N answer for two, A, B, C for three; S skips, U takes back.

import { get, post, remove } from "./api.js";
import { cover } from "./cover.js";
import { h, iconButton, textButton, toast } from "./dom.js";
import { nothing, playable } from "./list.js";
import { player } from "./player.js";
import { percent, phrase, text } from "./texts.js";

const LESSON_EVERY = 5; // answers: what was learned is worked out anew

export function teachView() {
  const place = h("div", { "aria-live": "polite" });
  const status = h("p", { class: "quiet-text", id: "taught" });
  const lesson = h("section", { id: "lesson", "aria-label": text("teach.changed") });
  const forms = h("div", { class: "legend", role: "group", "aria-label": text("teach.forms") });
  const view = h("div", { class: "view teach", tabIndex: -1 },
    h("h1", {}, text("teach.title")),
    h("p", {}, text("teach.how")),
    forms, place, status, lesson);
  const interview = new Interview({ place, status, lesson, forms });
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
  #at;
  #form = "pair";
  #asked = null;
  #progress = null;

  constructor(at) {
    this.#at = at;
  }

  async begin() {
    this.#drawForms();
    await this.#try(async () => this.#tell(await get("/teach")));
    await this.ask();
    await this.#learn();
  }

  async ask() {
    await this.#try(async () => {
      const { a, b, c } = await get(`/teach/question?form=${this.#form}`);
      this.#asked = c ? { a, b, c } : { a, b };
      this.#draw();
    });
  }

  key(event) {
    const key = event.key.toLowerCase();
    const answers = this.#form === "pair" ? { y: () => this.judge(true), n: () => this.judge(false) }
      : { a: () => this.odd("a"), b: () => this.odd("b"), c: () => this.odd("c") };
    const action = { 1: () => this.#listen("a"), 2: () => this.#listen("b"), 3: () => this.#listen("c"), s: () => this.ask(), u: () => this.undo(), ...answers }[key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  judge(isMatch) {
    return this.#answer(({ a, b }) => ({ a: a.track_id, b: b.track_id, is_match: isMatch }));
  }

  odd(side) {
    return this.#answer((asked) => {
      const [a, b] = Object.keys(asked).filter((name) => name !== side);
      return { a: asked[a].track_id, b: asked[b].track_id, c: asked[side].track_id };
    });
  }

  async undo() {
    if (!this.#progress?.last_label_id) return;
    await this.#try(async () => {
      this.#tell(await remove(`/teach/${this.#progress.last_label_id}`));
      toast(text("teach.undone"));
    });
    await this.#learn();
  }

  async #answer(body) {
    if (!this.#asked) return;
    const asked = this.#asked;
    this.#asked = null;
    await this.#try(async () => {
      this.#tell(await post("/teach", body(asked)));
      await this.ask();
    });
    if (this.#progress.n_answers % LESSON_EVERY === 0) await this.#learn();
  }

  #listen(side) {
    if (this.#asked?.[side]) player.toggle(playable(this.#asked[side]));
  }

  #tell(progress) {
    this.#progress = progress;
    const n = progress.n_answers;
    this.#at.status.textContent = n ? text("teach.so_far", { n }) : text("teach.none");
  }

  async #learn() {
    await this.#try(async () => {
      const lesson = this.#progress?.n_answers ? await get("/teach/lesson") : null;
      this.#at.lesson.replaceChildren(...(lesson ? lessonParts(lesson) : []));
    });
  }

  #drawForms() {
    const names = { pair: text("teach.pair"), odd: text("teach.odd") };
    this.#at.forms.replaceChildren(...Object.entries(names).map(([form, name]) =>
      h("button", { class: "chip", type: "button", "aria-pressed": String(form === this.#form), onclick: () => this.#choose(form) }, name)));
  }

  async #choose(form) {
    this.#form = form;
    this.#drawForms();
    await this.ask();
  }

  #draw() {
    const sides = Object.entries(this.#asked).map(([name, track], place) =>
      h("article", { class: "candidate" }, cover(track, "large"),
        h("h2", { dir: "auto" }, track.title), h("p", { dir: "auto" }, track.artist),
        textButton("play", text("teach.play", { key: String(place + 1) }), () => this.#listen(name), { dataset: { plays: playable(track).key }, "aria-label": text("list.play", { title: track.title }) }),
        this.#form === "odd" && textButton("remove", text("teach.odd_one", { key: name.toUpperCase() }), () => this.odd(name), { "aria-label": text("teach.is_odd", { title: track.title }) })));
    const skip = textButton("next", text("teach.skip"), () => this.ask(), { id: "skip" });
    const verdicts = this.#form === "odd" ? [skip] : [
      textButton("remove", text("teach.not_alike"), () => this.judge(false), { id: "different" }), skip,
      textButton("alike", text("teach.alike"), () => this.judge(true), { class: "button strong", id: "alike" })];
    this.#at.place.replaceChildren(
      h("div", { class: this.#form === "odd" ? "pair three" : "pair" }, ...sides),
      h("div", { class: "verdict" }, ...verdicts, iconButton("undo", text("teach.undo"), () => this.undo())));
    player.mark();
  }

  async #try(work) {
    try {
      await work();
    } catch (error) {
      this.#at.place.replaceChildren(nothing(text("teach.no_question"), error.message));
    }
  }
}

function lessonParts({ sentence, facets, nearer, farther, n_contradictions: n }) {
  const shares = Object.entries(facets).slice(0, 5).map(([name, share]) => `${name} ${percent(share)}`);
  return [
    h("h2", {}, text("teach.changed")),
    h("p", {}, sentence),
    nearer.length > 0 && h("p", { class: "quiet-text" }, text("teach.counts", { shares: shares.join(", ") })),
    n > 0 && h("p", { class: "quiet-text" }, text("teach.contradictions", { n })),
    nearer.length > 0 && moves(text("teach.nearer"), nearer),
    farther.length > 0 && moves(text("teach.farther"), farther),
  ].filter(Boolean);
}

function moves(heading, found) {
  const link = (track) => h("a", { href: `#/track/${track.track_id}` }, track.title);
  return h("div", {}, h("h3", {}, heading),
    h("ul", {}, ...found.map(({ seed, track, before, after }) => h("li", {}, ...phrase("teach.move", { track: link(track), seed: link(seed), before, after })))));
}
