// Players: apps that speak OpenSubsonic are let in here, each with a key of its own, and shut out again.

import { address, get, post, remove } from "./api.js";
import { h, textButton, toast } from "./dom.js";
import { nothing } from "./list.js";

const HERE = new Set(["localhost", "127.0.0.1", "[::1]"]);
const CLIENTS = [
  ["Feishin", "Manage servers, Add server, type OpenSubsonic or Subsonic."],
  ["Symfonium", "Settings, Manage media providers, Add, (Open)Subsonic; it copies the whole library first."],
  ["Amperfy", "server, user name and password on its first screen."],
  ["Supersonic", "Add server, type Subsonic."],
  ["Tempus", "Add server, on its first screen."],
  ["Substreamer", "server, user name and password on its first screen."],
  ["Strawberry", "Tools, Settings, Subsonic: server URL, user name, password, then Test; it never asks for similar songs."],
  ["Any other", "choose Subsonic, OpenSubsonic or Navidrome as the kind of server; where it wants an API key, the password is one."],
];

export function playersView() {
  const list = h("div", { class: "players" });
  const name = h("input", { type: "text", id: "player-name", required: true, maxlength: 64, autocomplete: "off" });
  const form = h("form", { class: "buttons-row" }, h("label", { for: "player-name" }, "Name"), name,
    h("button", { class: "button strong", type: "submit" }, "Let a player in"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await change(() => post("/players", { name: name.value }), list);
    name.value = "";
  });
  show(list);
  return h("div", { class: "view" }, h("h1", {}, "Players"),
    h("p", {}, "Apps that speak OpenSubsonic play this library, and their “similar songs” are Resona's. Each gets a password of its own, which also is its API key."),
    reach(), h("section", { class: "panel", "aria-label": "New player" }, form), list,
    h("section", { class: "panel", "aria-label": "Apps" }, h("h2", {}, "In your app"), clients()));
}

function reach() {
  return HERE.has(location.hostname)
    ? h("p", { class: "quiet-text" }, "This address is known to this machine only. For a phone, start ", h("code", {}, "resona serve --host 0.0.0.0"), " and open the address that it prints.")
    : null;
}

async function show(list) {
  try {
    draw(list, await get("/players"));
  } catch (error) {
    list.replaceChildren(nothing("Something is wrong", error.message));
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
  list.replaceChildren(...(cards.length ? cards : [nothing("No player yet", "Give one a name, such as “phone”.")]));
}

function card(player, list) {
  const details = h("details", {}, h("summary", {}, "Address, name and password"));
  details.addEventListener("toggle", () => details.childElementCount > 1 || details.append(secrets(player)));
  return h("section", { class: "panel player-card", "aria-label": player.name }, h("h2", {}, player.name),
    h("p", { class: "quiet-text" }, `Lists of the profile ${player.profile}; let in on ${new Date(player.added_at).toLocaleDateString()}.`), details,
    textButton("remove", "Shut out", () => change(() => remove(`/players?name=${encodeURIComponent(player.name)}`), list), { class: "button small", "aria-label": `Shut ${player.name} out` }));
}

function secrets(player) {
  const line = (name, value) => [h("dt", {}, name), h("dd", {}, h("code", {}, value))];
  return h("div", { class: "secrets" },
    h("img", { src: address("/players/code.svg", { name: player.name }), alt: `QR code with address, name and password of ${player.name}`, width: 180, height: 180 }),
    h("dl", {}, ...line("Address", player.address), ...line("Name", player.name), ...line("Password", player.key)));
}

function clients() {
  return h("ul", {}, ...CLIENTS.map(([name, words]) => h("li", {}, h("strong", {}, name), `: ${words}`)));
}
