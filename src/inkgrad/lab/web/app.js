// The frame around the views.

export function startPage() {}
