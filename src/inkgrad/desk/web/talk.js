// Requests to the desk. Whatever it refuses becomes an error with its own line and status.

let header = "";

export async function begin() {
  const session = await ask("/v1/session");
  header = session.header;
  return session;
}

export function ask(path) {
  return answered(fetch(path));
}

export function tell(path, values) {
  return send(path, JSON.stringify(values), "application/json", true);
}

// A file to be read, as it is.
export function give(file) {
  const type = file.type || "application/octet-stream";
  return send(`/v1/read?name=${encodeURIComponent(file.name)}`, file, type);
}

function send(path, body, type, keepalive = false) {
  const headers = { "Content-Type": type, "X-Inkgrad-Desk": header };
  return answered(fetch(path, { method: "POST", headers, body, keepalive }));
}

async function answered(request) {
  const answer = await request;
  const values = await answer.json();
  if (answer.ok) return values;
  throw Object.assign(new Error(values.error), { status: answer.status });
}
