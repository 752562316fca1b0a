// The models: which one listens, how good it is, and how another one is made or chosen.

import { get } from "./api.js";
import { h } from "./dom.js";
import { starter } from "./job.js";
import { ladder } from "./ladder.js";
import { sentence, text } from "./texts.js";

/** Make the panel, and what fills it anew. */
export function modelsPanel() {
  const element = h("section", { class: "panel", "aria-label": text("models.title") });
  return { element, fill: async () => draw(element, ...await Promise.all([get("/models"), get("/evaluation")])) };
}

function draw(element, models, evaluation) {
  const current = models.find((model) => model.is_current);
  const others = models.filter((model) => !model.is_current);
  element.replaceChildren(h("h2", {}, text("models.title")),
    h("p", {}, h("strong", {}, sentence(current?.description ?? "")), current ? ` (${current.model_id})` : ""),
    ladder(evaluation),
    h("div", { class: "buttons-row" }, starter("browse", text("models.measure"), "/evaluation"), starter("teach", text("models.train"), "/training", {}), starter("repeat", text("models.resume"), "/training", { is_resumed: true })),
    h("p", { class: "quiet-text" }, text("models.about")),
    others.length ? h("details", {}, h("summary", {}, text("models.others")), h("ul", { class: "folders" }, ...others.map((model) =>
      h("li", {}, h("strong", {}, model.name), h("span", {}, sentence(model.description)), starter("alike", text("models.use", { name: model.name }), `/models/${encodeURIComponent(model.name)}`, undefined, { class: "button small" }))))) : "");
}
