// Players: apps that speak OpenSubsonic are let in here, each with a key of its own, and shut out again.

import { address, get, post, remove } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { nothing } from "./list.js";
import { date, phrase, text } from "./texts.js";

const HERE = new Set(["localhost", "127.0.0.1", "[::1]"]);
const CLIENTS = [
  ["Feishin", "app.feishin"], ["Symfonium", "app.symfonium"], ["Amperfy", "app.first_screen"], ["Supersonic", "app.supersonic"],
  ["Tempus", "app.tempus"], ["Substreamer", "app.first_screen"], ["Strawberry", "app.strawberry"], [text("app.any_other"), "app.otherwise"],
];

export function playersView() {
  const list = h("div", { class: "players" });
  const name = h("input", { type: "text", id: "player-name", required: true, maxlength: 64, autocomplete: "off" });
  const form = h("form", { class: "buttons-row" }, h("label", { for: "player-name" }, text("door.name")), name,
    h("button", { class: "button strong", type: "submit" }, text("door.let_in")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await change(() => post("/players", { name: name.value }), list);
    name.value = "";
  });
  show(list);
  return h("div", { class: "view" }, h("h1", {}, text("view.players")),
    h("p", {}, text("door.about")),
    reach(), h("section", { class: "panel", "aria-label": text("door.new") }, form), list,
    h("section", { class: "panel", "aria-label": text("door.apps") }, h("h2", {}, text("door.in_app")), clients()));
}

function reach() {
  return HERE.has(location.hostname)
    ? h("p", { class: "quiet-text" }, ...phrase("door.here_only", { command: h("code", {}, "resona serve --host 0.0.0.0") }))
    : null;
}

async function show(list) {
  try {
    draw(list, await get("/players"));
  } catch (error) {
    list.replaceChildren(nothing(text("browse.wrong"), error.message));
  }
}

async function change(act, list) {
  try {
    await act();
    draw(list, await get("/players"));
  } catch (error) {
    toast(error.message, "error");
  }
}

function draw(list, players) {
  const cards = players.map((player) => card(player, list));
  list.replaceChildren(...(cards.length ? cards : [nothing(text("door.none"), text("door.give_name"))]));
}

function card(player, list) {
  const details = h("details", {}, h("summary", {}, text("door.details")));
  details.addEventListener("toggle", () => details.childElementCount > 1 || details.append(secrets(player)));
  return h("section", { class: "panel player-card", "aria-label": player.name }, h("h2", {}, player.name),
    h("p", { class: "quiet-text" }, text("door.since", { profile: player.profile, day: date(player.added_at) })), details,
    textButton("remove", text("door.shut"), () => change(() => remove(`/players?name=${encodeURIComponent(player.name)}`), list), { class: "button small", "aria-label": text("door.shut_one", { name: player.name }) }));
}

function secrets(player) {
  const line = (name, value) => [h("dt", {}, name), h("dd", {}, h("code", {}, value))];
  return h("div", { class: "secrets" },
    h("img", { src: address("/players/code.svg", { name: player.name }), alt: text("door.code", { name: player.name }), width: 180, height: 180 }),
    h("dl", {}, ...line(text("door.address"), player.address), ...line(text("door.name"), player.name), ...line(text("door.password"), player.key)));
}

function clients() {
  return h("ul", {}, ...CLIENTS.map(([name, words]) => h("li", {}, h("strong", {}, name), `: ${text(words)}`)));
}
