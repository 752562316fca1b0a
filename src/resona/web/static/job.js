// What the server does in the background: one job at a time, followed as it goes on, and stopped.

import { listen, post, remove } from "./api.js";
import { clock, h, textButton, toast } from "./dom.js";
import { sentence, text } from "./texts.js";

const ENDS = ["idle", "done", "stopped", "failed"];
const KINDS = { scan: text("job.scan"), training: text("job.training"), evaluation: text("job.evaluation"), doctor: text("job.doctor"), model: text("job.model") };
const STAGES = { listening: text("job.listening"), extracting: text("job.extracting"), embedding: text("job.embedding"), training: text("job.learning"), measuring: text("job.measuring"), comparing: text("job.comparing") };

/** Make a button that starts a job. */
export function starter(picture, label, path, body, properties = {}) {
  return textButton(picture, label, async () => {
    try {
      await post(path, body);
    } catch (error) {
      toast(error.message, "error");
    }
  }, { dataset: { starts: path }, ...properties });
}

/** Say whether a job is under way. */
export function isUnderWay(state) { return !ENDS.includes(state.state); }

/** Show the job that runs, or how the last one ended; while one runs, no other can be started in `view`. `onfirst` is given
 * the state as the view finds it; `onend` is called whenever a job has ended since. */
export function jobPanel(view, onend, onfirst = () => {}) {
  const bar = h("progress", { max: 1, value: 0, "aria-label": text("job.progress"), hidden: true });
  const words = h("p", { class: "quiet-text", role: "status", id: "job-text" }, text("job.idle"));
  const stop = textButton("remove", text("job.stop"), () => remove("/job").catch((error) => toast(error.message, "error")), { class: "button small", hidden: true, id: "job-stop" });
  const panel = h("section", { class: "panel job", "aria-label": text("job.title") }, h("h2", {}, text("job.title")), words, bar, stop);
  let isFirst = true;
  const end = listen("/job/events", (state) => {
    const isRunning = isUnderWay(state);
    bar.hidden = stop.hidden = !isRunning;
    if (state.n_due) bar.value = state.n_done / state.n_due;
    else bar.removeAttribute("value");
    words.textContent = describe(state);
    for (const button of view.querySelectorAll("[data-starts]")) button.disabled = isRunning;
    if (isFirst) onfirst(state);
    else if (!isRunning) onend(); // one may have begun and ended between two looks
    isFirst = false;
  });
  addEventListener("hashchange", end, { once: true });
  return panel;
}

function describe(state) {
  if (state.state === "idle") return text("job.idle");
  const what = KINDS[state.kind];
  if (ENDS.includes(state.state)) return text("job.ended", { what, message: sentence(state.message) });
  if (state.state === "finding") return text("job.found", { what, n: state.n_found });
  const parts = [
    text("job.done_of", { done: state.n_done, due: state.n_due }),
    state.n_failed ? text("job.failed", { n: state.n_failed }) : "",
    state.seconds_left === null ? "" : text("job.left", { time: clock(state.seconds_left) }),
    state.file_name || sentence(state.words),
  ].filter(Boolean).join(", ");
  return text("job.stage", { what, stage: STAGES[state.state] ?? state.state, parts });
}
