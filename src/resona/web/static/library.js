// The library: what it holds, what runs in the background, its folders, its models and their honest measures, its tags.

import { get, remove } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { foldersPanel } from "./folders.js";
import { jobPanel } from "./job.js";
import { nothing } from "./list.js";
import { modelsPanel } from "./models.js";
import { number, percent, sentence, text } from "./texts.js";

const TABS = { library: text("library.overview"), tidy: text("tidy.title"), settings: text("settings.title") };

export function libraryTabs(current) {
  return h("nav", { class: "tabs", "aria-label": text("library.tabs") }, ...Object.entries(TABS).map(([key, label]) =>
    h("a", { href: `#/${key}`, "aria-current": key === current ? "page" : null }, label)));
}

export function libraryView() {
  const numbers = h("div", { class: "numbers" });
  const tags = panel(text("library.tags"));
  const failures = panel(text("library.failures"));
  const [folders, models] = [foldersPanel(), modelsPanel()];
  const view = h("div", { class: "view" });
  const fill = () => Promise.all([fillNumbers(numbers), fillTags(tags), fillFailures(failures), folders.fill(), models.fill()])
    .catch((error) => numbers.replaceChildren(nothing(text("browse.wrong"), error.message)));
  view.append(h("h1", {}, text("view.library")), libraryTabs("library"), numbers, folders.element, models.element, tags, failures);
  numbers.after(jobPanel(view, fill));
  fill();
  return view;
}

function panel(title) {
  return h("section", { class: "panel", "aria-label": title });
}

async function fillNumbers(place) {
  const status = await get("/status");
  const names = {
    tracks: text("library.n_tracks"), artists: text("library.n_artists"), genres: text("library.n_genres"),
    embedded: text("library.n_heard"), failed_files: text("library.n_failed"), missing: text("library.n_missing"),
  };
  place.replaceChildren(...Object.entries(names).map(([field, name]) =>
    h("div", { class: "figure" }, h("strong", {}, number(status[field])), h("span", {}, name))));
}

async function fillTags(place) {
  const quality = await get("/quality");
  const share = (n, all) => (all ? percent(n / all) : "–");
  const heads = [text("library.field"), text("library.from_tags"), text("library.from_names"), text("library.unknown")];
  place.replaceChildren(h("h2", {}, text("library.tags")), h("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": text("library.tags") }, h("table", {},
    h("thead", {}, h("tr", {}, ...heads.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...quality.map((line) => h("tr", {}, h("th", { scope: "row" }, sentence(line.field)), ...[line.n_from_tag, line.n_from_name, line.n_missing].map((n) => h("td", {}, share(n, line.n_tracks)))))))));
}

async function fillFailures(place) {
  const failed = await get("/failures", { limit: 500 });
  const retry = textButton("undo", text("library.retry"), async () => {
    try {
      await remove("/failures");
      toast(text("library.retried"));
      await fillFailures(place);
    } catch (error) {
      toast(error.message, "error");
    }
  });
  place.replaceChildren(h("h2", {}, text("library.failures")), ...(failed.length
    ? [h("ul", { class: "failures" }, ...failed.map((item) => h("li", {}, h("code", {}, item.path), h("span", {}, sentence(item.reason))))), retry]
    : [h("p", {}, text("library.no_failures"))]));
}
