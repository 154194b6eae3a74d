// Requests to the desk. Whatever it refuses becomes an error with its own line and status.

let header = "";
let begun = Promise.resolve(); // what is sent before there is a session waits for it
let telling = Promise.resolve();
const unsent = new Set(); // what is still to be told, by the functions that send it

export function begin() {
  begun = ask("/v1/session").then((session) => {
    header = session.header;
    return session;
  });
  return begun;
}

export function ask(path) {
  return answered(fetch(path));
}

// What a person says is told one after the other: what was said last is what is undone first.
export function tell(path, values) {
  const one = () => send(path, JSON.stringify(values), "application/json", true);
  unsent.add(one);
  const told = telling.then(() => (unsent.delete(one) ? one() : {}));
  telling = told.catch(() => {}); // whoever tells it says what went wrong
  return told;
}

window.addEventListener("pagehide", () => {
  for (const one of unsent) one().catch(() => {}); // who leaves, or loads anew, loses nothing
  unsent.clear();
});

// A file to be read, as it is.
export function give(file) {
  const type = file.type || "application/octet-stream";
  return send(`/v1/read?name=${encodeURIComponent(file.name)}`, file, type);
}

async function send(path, body, type, keepalive = false) {
  await begun;
  const headers = { "Content-Type": type, "X-Inkgrad-Desk": header };
  return answered(fetch(path, { method: "POST", headers, body, keepalive }));
}

async function answered(request) {
  const answer = await request;
  const values = await answer.json();
  if (answer.ok) return values;
  throw Object.assign(new Error(values.error), { status: answer.status });
}
