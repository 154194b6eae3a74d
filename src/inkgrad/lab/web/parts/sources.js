// The Python that a view shows: what inkgrad does there, and the chapter that tells of it.

import { h } from "./elements.js";

let sourceTable = null;

// A section with the functions behind a view, each to be opened.
export function sourcesOf(view) {
  sourceTable ??= JSON.parse(document.getElementById("sources").textContent);
  const { sources, chapter } = sourceTable[view];
  return h(
    "section",
    { class: "sources", "aria-label": "The Python of this view" },
    h("h2", {}, "The same in Python"),
    h(
      "p",
      { class: "soft" },
      "What this view shows is what inkgrad does; this is its source, as it stands in the package.",
      chapter ? h("a", { href: chapter }, "The chapter on it") : null,
    ),
    sources.map(({ path, name, line, text }) =>
      h(
        "details",
        {},
        h("summary", {}, h("code", {}, name), ` ${path}, line ${line}`),
        h("pre", { tabindex: 0 }, h("code", {}, text)),
      ),
    ),
  );
}
