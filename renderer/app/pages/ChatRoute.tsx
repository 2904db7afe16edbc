/** Chat */
export function ChatRoute() {
  return null;
}
