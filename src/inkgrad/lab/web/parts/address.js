// The address of the page holds what is seen, so that it can be handed on as a link. A change of the
// view is an entry in the browser's history, a change within it is not: Back leads to the view before.

let seen = {}; // {view, id} of what is seen: of views that are kept, no link is shown
const written = new Map(); // the link of each view, as it was written last

// What the address says: {view, state} of "#draw?model=digits".
export function readAddress() {
  const [view, query = ""] = location.hash.slice(1).split("?");
  return { view: view || "draw", state: Object.fromEntries(new URLSearchParams(query)) };
}

// Let the address say what is seen, so that it can be handed on. Where Back or a link has just gone
// to another entry of the history, the view that is still shown has no say in it.
export function writeAddress(view, state) {
  const told = Object.entries(state).filter(([, value]) => value !== "" && value != null);
  const query = new URLSearchParams(told).toString();
  written.set(view, `#${view}${query ? `?${query}` : ""}`);
  if (view === seen.view && history.state?.of === seen.id) {
    history.replaceState({ of: seen.id }, "", written.get(view));
  }
}

// From now on it is this view that is seen; `again` where it is as it was left.
export function enterAddress(view, id, again) {
  seen = { view, id };
  const link = (again && written.get(view)) || location.hash || `#${view}`;
  history.replaceState({ of: id }, "", link);
}

// Whether the address asks for no more than this view as it was left: by its bare name, or by Back.
export function isAsLeft(id) {
  return history.state?.of === id || !Object.keys(readAddress().state).length;
}
