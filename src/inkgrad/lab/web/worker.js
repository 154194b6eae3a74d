// Trains beside the page.

export function startWorker() {}
