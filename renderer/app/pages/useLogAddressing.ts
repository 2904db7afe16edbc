import { useRouter, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { LogAddressing } from '../../features/logs/useLogAddress';
import { type LogAddress, logAddressOf } from '../../lib/logAddress';

/** The log's part of the page's address, to read and to write. Writing leaves no step for Back: typing is no travel. */
export function useLogAddressing(): LogAddressing {
  const router = useRouter();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const key = JSON.stringify(logAddressOf(search));
  return useMemo((): LogAddressing => {
    // The router's own types for an address need the whole tree.
    const to = (next: LogAddress) =>
      ({ to: '.', search: (before: object) => ({ ...before, ...emptied, ...next }) }) as never;
    return {
      address: JSON.parse(key) as LogAddress,
      write: (next) => void router.navigate({ ...(to(next) as object), replace: true } as never),
      linkTo: (next) => `${window.location.href.split('#')[0]}#${router.buildLocation(to(next)).href}`,
    };
  }, [router, key]);
}

const emptied = logAddressOf({});
