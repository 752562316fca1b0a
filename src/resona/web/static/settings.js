// Settings of this browser: whose ears lists follow; and what the library was opened with.

import { get, remove } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { keep } from "./keep.js";
import { libraryTabs } from "./library.js";
import { nothing } from "./list.js";
import { text } from "./texts.js";

const NOBODY = "none";

export function settingsView() {
  const profiles = h("section", { class: "panel", "aria-label": text("settings.profiles") });
  const facts = h("section", { class: "panel", "aria-label": text("settings.library") });
  fill(profiles, facts);
  return h("div", { class: "view" }, h("h1", {}, text("settings.title")), libraryTabs("settings"), profiles, facts);
}

async function fill(profiles, facts) {
  try {
    const [known, status] = await Promise.all([get("/profiles"), get("/status")]);
    profiles.replaceChildren(...profileParts(known, () => fill(profiles, facts)));
    facts.replaceChildren(h("h2", {}, text("settings.library")), h("dl", { class: "facts-list" },
      h("dt", {}, text("settings.file")), h("dd", {}, h("code", {}, status.library)), h("dt", {}, text("settings.model")), h("dd", {}, status.model)),
      h("p", { class: "quiet-text" }, text("settings.elsewhere")));
  } catch (error) {
    if (error.status === 422) keep("profile", ""); // one that the server refuses would lock everybody out
    profiles.replaceChildren(nothing(text("browse.wrong"), error.message));
  }
}

function profileParts(known, refill) {
  const current = known.find((profile) => profile.is_current);
  const follow = (name) => {
    keep("profile", known.find((profile) => profile.is_usual)?.name === name ? "" : name);
    location.reload(); // everything on the page was drawn for somebody else
  };
  const names = [...new Set([...known.map((profile) => profile.name), NOBODY])];
  const choice = h("select", { id: "profile", onchange: (event) => follow(event.target.value) },
    ...names.map((name) => h("option", { value: name, selected: name === current.name }, label(name, known.find((profile) => profile.name === name)))));
  const name = h("input", { type: "text", id: "new-profile", required: true, maxLength: 64, autocomplete: "off" });
  const form = h("form", { class: "buttons-row" }, h("label", { for: "new-profile" }, text("settings.new_profile")), name, h("button", { type: "submit", class: "button" }, text("settings.begin")));
  form.addEventListener("submit", (event) => { event.preventDefault(); follow(name.value.trim()); });
  const forget = textButton("remove", text("settings.forget", { n: current.n_judgements }), async () => {
    try {
      await remove("/profiles/current");
      toast(text("settings.forgotten"));
      refill();
    } catch (error) {
      toast(error.message, "error");
    }
  }, { class: "button small danger" });
  return [h("h2", {}, text("settings.profiles")), h("p", { class: "quiet-text" }, text("settings.about_profiles")),
    h("div", { class: "buttons-row" }, h("label", { for: "profile" }, text("settings.profile")), choice), form,
    current.n_judgements ? h("details", {}, h("summary", {}, text("settings.forget_all")), h("p", {}, text("settings.no_undo")), forget) : ""];
}

function label(name, profile) {
  if (name === NOBODY) return text("settings.nobody");
  return text("settings.profile_of", { name, n: profile.n_judgements });
}

