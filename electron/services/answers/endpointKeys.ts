import * as z from 'zod';
import { Failure } from '../../contract/failures';
import type { Keychain } from '../host';
import { WatchedJsonFile } from '../watchedJsonFile';

/** Texts by the id of their endpoint. */
const byEndpoint = z.record(z.string(), z.string());
type ByEndpoint = z.infer<typeof byEndpoint>;

const without = (keys: ByEndpoint, id: string): ByEndpoint => {
  const { [id]: _, ...rest } = keys;
  return rest;
};

export interface EndpointKeysOptions {
  /** Path of keys as they are, readable by its owner alone (0600): where the system has no keychain. */
  plainFile: string;
  /** Path of keys that the system's keychain encrypted, in base64. */
  sealedFile: string;
  /** The system's keychain, asked for with the first key; null where it has none. */
  keychain: () => Keychain | null;
}

/**
 * The keys of endpoints, out of reach of the page and of every log. The system's keychain seals them where there is one;
 * keys that an earlier run had to leave open are sealed once there is.
 */
export class EndpointKeys {
  private readonly plain: WatchedJsonFile<ByEndpoint>;
  private readonly sealed: WatchedJsonFile<ByEndpoint>;
  private opening: Promise<Keychain | null> | null = null;

  constructor(private readonly options: EndpointKeysOptions) {
    this.plain = new WatchedJsonFile(options.plainFile, byEndpoint, {});
    this.sealed = new WatchedJsonFile(options.sealedFile, byEndpoint, {});
  }

  /** See `targets.keyStorage`. */
  async storage(): Promise<'keychain' | 'file'> {
    return (await this.keychain()) === null ? 'file' : 'keychain';
  }

  /**
   * The key of an endpoint; null where none is stored.
   * @param name how the endpoint is called, for people
   * @throws Failure ENDPOINT_KEY_UNREADABLE where the keychain that sealed it is not there or not the same, STORAGE_FAILED
   */
  async read(endpointId: string, name: string): Promise<string | null> {
    const keychain = await this.keychain();
    const open = (await this.plain.value())[endpointId];
    if (open !== undefined) return open;
    const sealed = (await this.sealed.value())[endpointId];
    if (sealed === undefined) return null;
    if (keychain === null) throw new Failure('ENDPOINT_KEY_UNREADABLE', { name });
    try {
      return keychain.decrypt(Buffer.from(sealed, 'base64'));
    } catch (error) {
      throw new Failure('ENDPOINT_KEY_UNREADABLE', { name }, { cause: error });
    }
  }

  /**
   * Keeps the key of an endpoint; null forgets it.
   * @throws Failure STORAGE_FAILED
   */
  async write(endpointId: string, key: string | null): Promise<void> {
    const keychain = await this.keychain();
    if (key !== null && keychain !== null) {
      const sealed = keychain.encrypt(key).toString('base64');
      await this.sealed.change((keys) => ({ ...keys, [endpointId]: sealed }));
      return;
    }
    if (key !== null) await this.plain.change((keys) => ({ ...keys, [endpointId]: key }));
    else if (endpointId in (await this.plain.value())) await this.plain.change((keys) => without(keys, endpointId));
    if (endpointId in (await this.sealed.value())) await this.sealed.change((keys) => without(keys, endpointId));
  }

  private keychain(): Promise<Keychain | null> {
    this.opening ??= this.open().catch((error) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  /** Seals what lies open first: on disk before it is taken from where it was. */
  private async open(): Promise<Keychain | null> {
    const keychain = this.options.keychain();
    const open = await this.plain.value();
    if (keychain === null || Object.keys(open).length === 0) return keychain;
    const sealed = Object.entries(open).map(([id, key]) => [id, keychain.encrypt(key).toString('base64')]);
    await this.sealed.change((keys) => ({ ...keys, ...Object.fromEntries(sealed) }));
    await this.plain.change(() => ({}));
    return keychain;
  }
}
