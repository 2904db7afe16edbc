/** Keys of the React Query cache that watches feed. Nothing else writes to them. */
export const liveKeys = {
  engine: ['live', 'engine'],
  containers: ['live', 'containers'],
  images: ['live', 'images'],
  tasks: ['live', 'tasks'],
  settings: ['live', 'settings'],
  conversations: ['live', 'conversations'],
  about: ['live', 'about'],
  connection: ['live', 'connection'],
} as const;
