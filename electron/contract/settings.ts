import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare } from './failures';
import { imageReference } from './images';

const logSpoolBytes = z
  .int()
  .min(1024 * 1024)
  .max(8 * 1024 * 1024 * 1024);

/** A registry's address as references begin with it: a host, perhaps a port, perhaps a path. No scheme, no account. */
export const registryMirror = z
  .string()
  .max(255)
  .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/);

/** Columns of the container table that a person can switch off and on; its name, state and actions always stand. */
const containerColumn = z.enum(['image', 'cpu', 'memory', 'ports', 'since', 'created', 'id']);
export type ContainerColumn = z.infer<typeof containerColumn>;
const containerColumns = z.array(containerColumn).max(20);
const usualColumns: ContainerColumn[] = ['image', 'cpu', 'memory', 'ports', 'since'];

/** Everything a person can set. Unknown keys in the file on disk are dropped, bad values fall back to these defaults. */
export const settingsValues = z.object({
  language: z.enum(['system', 'ko', 'en']).default('system').catch('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system').catch('system'),
  /** Image that the bundled Dockerfile starts from; null: what the engine has, see `docker/baseImage`. */
  baseImage: z.string().max(255).nullable().default(null).catch(null),
  /** What sends a message: Enter, or Ctrl (Cmd) and Enter, where Enter alone starts a new line. */
  sendKey: z.enum(['enter', 'modEnter']).default('enter').catch('enter'),
  /** Registry that mirrors Docker Hub, `host[:port][/path]`; null: the environment's, or none. */
  registryMirror: registryMirror.nullable().default(null).catch(null),
  /** Image that Ollama is run from; null: the official one. */
  ollamaImage: z.string().max(255).nullable().default(null).catch(null),
  /** The Ollama that is used, by its endpoint's id; null: the first that answers. */
  ollama: z.string().max(300).nullable().default(null).catch(null),
  /** Columns of the container table, in no order. */
  containerColumns: containerColumns.default(usualColumns).catch(usualColumns),
  /** Bytes that one container's log may take on disk before its oldest lines are dropped. */
  logSpoolBytes: logSpoolBytes.default(256 * 1024 * 1024).catch(256 * 1024 * 1024),
  /** Keep an icon beside the clock with what runs; Wharf then goes on there when its window is closed. Desktop only. */
  tray: z.boolean().default(false).catch(false),
  /** Say through the system when long work ends while no window of Wharf is in front. Desktop only. */
  notifications: z.boolean().default(true).catch(true),
  /** Start with the person's session. Desktop only, once installed. */
  startAtLogin: z.boolean().default(false).catch(false),
  /** Look for a newer Wharf once a day and install it on quit. Only where this Wharf can update itself. */
  updates: z.boolean().default(true).catch(true),
  /** Show the tips of Home. */
  tips: z.boolean().default(true).catch(true),
});
export type Settings = z.infer<typeof settingsValues>;

/** What a person may change at once: any of the settings. */
const settingsChange = z.strictObject({
  logSpoolBytes: logSpoolBytes.optional(),
  containerColumns: containerColumns.optional(),
  language: z.enum(['system', 'ko', 'en']).optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
  baseImage: z.string().min(1).max(255).nullable().optional(),
  sendKey: z.enum(['enter', 'modEnter']).optional(),
  registryMirror: registryMirror.nullable().optional(),
  ollamaImage: imageReference.max(255).nullable().optional(),
  ollama: z.string().min(1).max(300).nullable().optional(),
  tray: z.boolean().optional(),
  notifications: z.boolean().optional(),
  startAtLogin: z.boolean().optional(),
  tips: z.boolean().optional(),
  updates: z.boolean().optional(),
});
export type SettingsChange = z.infer<typeof settingsChange>;

export const settings = {
  /** Watches the settings. Every item is all of them, latest wins. */
  watch: oc.output(eventIterator(settingsValues)),
  /** Changes some settings and stores them. */
  change: oc.input(settingsChange).output(settingsValues).errors(declare('STORAGE_FAILED')),
};
