// The API's documentation, drawn from its OpenAPI description: works offline, unlike the usual viewers.

import { h } from "./dom.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

async function draw() {
  const place = document.getElementById("operations");
  const api = await (await fetch("openapi.json")).json();
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "other";
      groups.set(tag, [...(groups.get(tag) ?? []), operation(api, path, method, item[method])]);
    }
  }
  place.removeAttribute("aria-busy");
  place.replaceChildren(...[...groups].map(([tag, operations]) => h("section", {}, h("h2", {}, tag), ...operations)));
}

function operation(api, path, method, about) {
  const parameters = about.parameters ?? [];
  const body = schemaOf(about.requestBody?.content);
  const [status, answer] = Object.entries(about.responses)[0];
  return h("details", {},
    h("summary", {}, h("span", { class: `method ${method}` }, method.toUpperCase()), h("code", {}, path), h("span", { class: "summary" }, about.description?.split("\n")[0] ?? "")),
    about.description ? h("p", {}, about.description) : null,
    parameters.length ? h("table", {}, h("tbody", {}, ...parameters.map((item) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, item.name), item.required ? " *" : ""), h("td", {}, shape(api, item.schema)), h("td", {}, item.description ?? item.schema.description ?? ""))))) : null,
    body ? h("div", {}, h("h3", {}, "Body"), h("pre", {}, shape(api, body))) : null,
    h("h3", {}, `Answer ${status}`), h("pre", {}, shape(api, schemaOf(answer.content))));
}

function schemaOf(content) {
  return content && (content["application/json"]?.schema ?? { type: Object.keys(content)[0] });
}

/** Write a schema as people would: {"name": string, …}. */
function shape(api, schema, depth = 0) {
  if (!schema) return "nothing, or bytes";
  if (schema.$ref) return shape(api, api.components.schemas[schema.$ref.split("/").at(-1)], depth);
  if (schema.anyOf) return schema.anyOf.map((part) => shape(api, part, depth)).join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (schema.type === "array") return `[${shape(api, schema.items, depth)}, …]`;
  if (schema.type !== "object" || !schema.properties) return [schema.type ?? "any", limits(schema)].filter(Boolean).join(" ");
  const pad = "  ".repeat(depth + 1);
  const lines = Object.entries(schema.properties).map(([name, part]) => `${pad}"${name}": ${shape(api, part, depth + 1)}`);
  return `{\n${lines.join(",\n")}\n${"  ".repeat(depth)}}`;
}

function limits(schema) {
  const from = schema.minimum ?? (schema.exclusiveMinimum === undefined ? undefined : `more than ${schema.exclusiveMinimum}`);
  const parts = [from === undefined ? "" : `from ${from}`, schema.maximum === undefined || schema.maximum > 1e15 ? "" : `to ${schema.maximum}`, schema.default === undefined || typeof schema.default === "object" ? "" : `(usually ${JSON.stringify(schema.default)})`];
  return parts.filter(Boolean).join(" ");
}

draw();
