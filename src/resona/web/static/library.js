// The library: what it holds, the scan as it runs, what failed and why, the model and its honest measures.

import { get, listen, post, remove } from "./api.js";
import { clock, count, h, textButton, toast } from "./dom.js";
import { nothing } from "./list.js";
import { ladder } from "./ladder.js";

export function libraryView() {
  const numbers = h("div", { class: "numbers" });
  const model = h("section", { class: "panel", "aria-label": "Model" });
  const tags = h("section", { class: "panel", "aria-label": "Tags" });
  const failures = h("section", { class: "panel", "aria-label": "Files that failed" });
  const view = h("div", { class: "view" }, h("h1", {}, "Library"), numbers, scanPanel(() => fill(numbers, model, tags, failures)), model, tags, failures);
  fill(numbers, model, tags, failures);
  return view;
}

async function fill(numbers, model, tags, failures) {
  try {
    const [status, evaluation, quality, failed] = await Promise.all([get("/status"), get("/evaluation"), get("/quality"), get("/failures")]);
    numbers.replaceChildren(...figures(status));
    document.getElementById("folders").replaceChildren(...folderLine(status.folders));
    model.replaceChildren(h("h2", {}, "The model in use"), h("p", {}, h("strong", {}, status.model), ` (${status.model_id})`), ladder(evaluation));
    tags.replaceChildren(h("h2", {}, "Your tags"), tagTable(quality));
    failures.replaceChildren(h("h2", {}, "Files that could not be heard"), failureList(failed, status.failed_files));
  } catch (error) {
    numbers.replaceChildren(nothing("Something is wrong", error.message));
  }
}

function figures(status) {
  const figure = (value, name) => h("div", { class: "figure" }, h("strong", {}, value.toLocaleString()), h("span", {}, name));
  return [figure(status.tracks, "tracks"), figure(status.artists, "artists"), figure(status.genres, "genres"), figure(status.embedded, "heard"), figure(status.failed_files, "failed"), figure(status.missing, "missing")];
}

function scanPanel(onEnd) {
  const bar = h("progress", { max: 1, value: 0, "aria-label": "Scan", hidden: true });
  const text = h("p", { class: "quiet-text", role: "status", id: "scan-text" });
  const button = textButton("discover", "Scan for new music", async () => {
    try {
      await (button.dataset.running ? remove("/job") : post("/scan"));
    } catch (error) {
      toast(error.message, "error");
    }
  }, { class: "button strong", id: "scan" });
  const panel = h("section", { class: "panel", "aria-label": "Scan" }, h("h2", {}, "Scan"), h("p", { id: "folders" }), h("div", { class: "buttons-row" }, button), bar, text);
  let wasRunning = false;
  const stop = listen("/job/events", (state) => {
    if (!panel.isConnected && wasRunning !== null) return panel.isConnected || stop();
    const isRunning = !["idle", "done", "stopped", "failed"].includes(state.state);
    button.dataset.running = isRunning ? "yes" : "";
    button.lastChild.textContent = isRunning ? "Stop" : "Scan for new music";
    bar.hidden = !isRunning;
    if (state.n_due) bar.value = state.n_done / state.n_due;
    else bar.removeAttribute("value");
    text.textContent = describe(state);
    if (wasRunning && !isRunning) onEnd();
    wasRunning = isRunning;
    return undefined;
  });
  addEventListener("hashchange", stop, { once: true });
  return panel;
}

function folderLine(folders) {
  if (!folders.length) return ["No folder is known yet. Name one where you started the page: ", h("code", {}, "resona serve ~/Music")];
  return folders.flatMap((folder, index) => [index ? ", " : "", h("code", {}, folder)]);
}

const STAGES = { listening: "Hearing", extracting: "Hearing again, for what is missing:", embedding: "Embedding" };

function describe(state) {
  if (state.state === "finding") return `${count(state.n_found, "file")} found …`;
  if (!STAGES[state.state]) return state.message || "New and changed files in your folders are heard; the rest costs nothing.";
  const failed = state.n_failed ? `, ${state.n_failed} failed` : "";
  const left = state.seconds_left === null ? "" : `, ${clock(state.seconds_left)} left`;
  const name = state.file_name ? `: ${state.file_name}` : "";
  return `${STAGES[state.state]} ${state.n_done} of ${count(state.n_due, state.state === "listening" ? "file" : "track")}${failed}${left}${name}`;
}

function tagTable(quality) {
  const percent = (n, all) => (all ? `${Math.round((100 * n) / all)} %` : "–");
  return h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Table of tags" }, h("table", {}, h("thead", {}, h("tr", {}, ...["Field", "from tags", "guessed from names", "unknown"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...quality.map((line) => h("tr", {}, h("th", { scope: "row" }, line.field), ...[line.n_from_tag, line.n_from_name, line.n_missing].map((n) => h("td", {}, percent(n, line.n_tracks))))))));
}

function failureList(failed, total) {
  if (!failed.length) return h("p", {}, "None.");
  const retry = textButton("undo", "Try them again at the next scan", async () => {
    await remove("/failures");
    toast("They will be tried again");
  });
  const rest = total > failed.length ? h("p", { class: "quiet-text" }, `and ${total - failed.length} more: resona errors`) : null;
  return h("div", {}, h("ul", { class: "failures" }, ...failed.map((item) => h("li", {}, h("code", {}, item.path), h("span", {}, item.reason)))), rest, retry);
}
