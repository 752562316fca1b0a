// Why is this track in the list of that one? In words and bars, with the moments that match to be heard one by one.

import { get } from "./api.js";
import { clock, h, textButton } from "./dom.js";
import { match, playable } from "./list.js";
import { player } from "./player.js";
import { listed, percent, sentence, text, word } from "./texts.js";

/** Draw the reasons for a pair of tracks. */
export async function reasons(seed, track) {
  let answer;
  try {
    answer = await get("/explain", { a: seed, b: track.track_id });
  } catch (error) {
    return h("p", {}, error.message);
  }
  const aspects = answer.aspects.map((aspect) => h("div", { class: "aspect" }, h("strong", {}, sentence(aspect.name)), match(aspect.likeness), h("p", {}, sentence(aspect.sentence))));
  const moments = answer.clip_matches.map((pair) => h("li", {},
    moment(answer.a, pair.a_seconds, answer.clip_seconds), h("span", { "aria-hidden": "true" }, "≈"), moment(answer.b, pair.b_seconds, answer.clip_seconds)));
  return h("div", { class: "reasons" },
    h("p", {}, [...summary(answer), nearness(answer.percentile)].join(" ")),
    ...said(answer),
    h("div", { class: "aspects" }, ...aspects),
    moments.length ? h("div", {}, h("h3", {}, text("why.moments")), h("ul", { class: "moments" }, ...moments)) : null);
}

/** In what they are alike, and in what not. */
function summary({ alike, unlike, words }) {
  const names = (aspects) => listed(aspects.map(sentence));
  return [
    alike.length ? text("why.alike", { names: names(alike) }) : "",
    unlike.length ? text("why.unlike", { names: names(unlike) }) : "",
    alike.length || unlike.length ? "" : text("why.neither"),
    words.is_told ? "" : sentence("The model tells no words."),
  ].filter(Boolean);
}

/** What is said of both, and of either alone, each with the moments where it is heard most. */
function said({ a, b, words, clip_seconds: seconds }) {
  const line = (sides) => ({ word: name, a_seconds: inA, b_seconds: inB }) => h("li", {}, h("strong", {}, word(name)),
    ...[[a, inA], [b, inB]].filter(([track, start]) => sides.includes(track) && start !== null).map(([track, start]) => moment(track, start, seconds)));
  const parts = [[text("why.both"), words.both, [a, b]], [text("why.only", { title: a.title }), words.only_a, [a]], [text("why.only", { title: b.title }), words.only_b, [b]]];
  return parts.filter(([, found]) => found.length).map(([heading, found, sides]) =>
    h("div", {}, h("h3", { dir: "auto" }, heading), h("ul", { class: "moments" }, ...found.map(line(sides)))));
}

function nearness(percentile) {
  return percentile > 99.9 ? text("why.nearest") : text("why.nearer", { share: percent(percentile / 100, 1) });
}

function moment(track, start, seconds) {
  return textButton("play", text("why.moment", { title: track.title, time: clock(start) }), () => player.play(playable(track), { from: start, until: start + seconds }), { class: "button small" });
}
