import { useCallback, useEffect, useRef, useState } from 'react';
import type { LogAddress } from '../../lib/logAddress';

/** How a log view reaches the address of its page. */
export interface LogAddressing {
  address: LogAddress;
  /** Puts `next` in the place of what the address says about the log. */
  write: (next: LogAddress) => void;
  /** The whole address that opens the log like this. */
  linkTo: (next: LogAddress) => string;
}

/** An address is written when a person has stopped typing for so long. */
const writePauseMs = 300;

const same = (a: LogAddress, b: LogAddress) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (address: LogAddress) =>
  Object.entries(address)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * What the address says about the log, changed at once and written a little later. Without an address (a part of another
 * page) it lives with the component.
 */
export function useLogAddress(addressing: LogAddressing | undefined): {
  address: LogAddress;
  change: (part: LogAddress) => void;
} {
  const [address, setAddress] = useState<LogAddress>(addressing?.address ?? {});
  const written = useRef(address);
  const outside = addressing?.address;
  const write = useRef(addressing?.write);
  write.current = addressing?.write;

  // Back and Forward change it from outside.
  useEffect(() => {
    if (outside === undefined || same(outside, written.current)) return;
    written.current = outside;
    setAddress(outside);
  }, [outside]);

  useEffect(() => {
    if (same(address, written.current)) return;
    const timer = setTimeout(() => {
      written.current = address;
      write.current?.(address);
    }, writePauseMs);
    return () => clearTimeout(timer);
  }, [address]);

  const change = useCallback((part: LogAddress) => setAddress((now) => ({ ...now, ...part })), []);
  return { address, change };
}
