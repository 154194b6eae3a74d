// The OpenAPI document of this desk as a page: every path, what it takes and what it answers.

import { ask } from "/web/talk.js";

const made = (tag, text = "", className = "") => Object.assign(document.createElement(tag), { textContent: text, className });

function shown(path, way, does) {
  const item = made("li");
  const head = made("h3");
  head.append(made("kbd", way.toUpperCase()), " ", made("code", path));
  item.append(head, made("p", does.summary));
  const takes = (does.parameters ?? []).map(
    ({ name, in: where, required, schema }) => `${name} (${where}${required ? "" : ", may be left out"}${schema.enum ? `: ${schema.enum.join(", ")}` : ""})`,
  );
  for (const [type, { schema }] of Object.entries(does.requestBody?.content ?? {})) {
    takes.push(`body as ${type}${schema?.required ? `: ${schema.required.join(", ")}` : ""}`);
  }
  if (takes.length) item.append(made("p", `Takes ${takes.join("; ")}.`, "soft"));
  const answers = Object.entries(does.responses).map(([status, { description }]) => `${status} ${description}`);
  item.append(made("p", `Answers ${answers.join("; ")}.`, "soft"));
  return item;
}

try {
  const told = await ask("/v1/openapi.json");
  const items = Object.entries(told.paths).flatMap(([path, ways]) => Object.entries(ways).map(([way, does]) => shown(path, way, does)));
  document.getElementById("paths").replaceChildren(...items);
} catch (error) {
  document.getElementById("said").textContent = error.message;
}
