// The address of the page holds what is seen, so that it can be handed on as a link.

// What the address says: {view, state} of "#draw?model=digits".
export function readAddress() {
  const [view, query = ""] = location.hash.slice(1).split("?");
  return { view: view || "draw", state: Object.fromEntries(new URLSearchParams(query)) };
}

// Let the address say what is seen, so that it can be handed on.
export function writeAddress(view, state) {
  const told = Object.entries(state).filter(([, value]) => value !== "" && value != null);
  const query = new URLSearchParams(told).toString();
  history.replaceState(null, "", `#${view}${query ? `?${query}` : ""}`);
}
