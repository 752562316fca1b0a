// The evaluation's ladder: the model beside baselines, as `resona evaluate` measured them.

import { h } from "./dom.js";

/** Draw what was measured, or how to measure it. */
export function ladder(evaluation) {
  const rungs = evaluation.ladder ?? evaluation.rungs ?? [];
  if (!rungs.length) return h("p", { class: "quiet-text" }, "How well it does on your library has not been measured yet: ", h("code", {}, "resona evaluate"), " does it.");
  return h("p", {}, String(rungs.length));
}
