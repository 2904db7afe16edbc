/** The request id that a line of the bundled service holds: `id=` at its end, `request_id` in its JSON. Ours are UUIDs. */
const id = /(?:\bid=|"request_id": ?")([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\b/;

/** The id of a request that the chat may have sent; null where the line holds none. */
export function requestOfLine(text: string): string | null {
  return id.exec(text)?.[1] ?? null;
}
