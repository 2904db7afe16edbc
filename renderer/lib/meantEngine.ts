import { engineHeader } from '../../electron/contract/engine';

let shownAddress: string | null = null;

/** From now on calls are meant for the engine at `address`, which this window shows. */
export function meanEngine(address: string | null): void {
  shownAddress = address;
}

/** The headers of every call: for which engine it is meant. */
export function engineHeaders(): Record<string, string> {
  return shownAddress === null ? {} : { [engineHeader]: encodeURIComponent(shownAddress) };
}
