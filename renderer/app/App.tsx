import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ApiProvider } from '../lib/client';
import type { Connection } from '../lib/connect';
import { followShared } from '../live/followShared';
import { liveKeys } from '../live/keys';
import { ConnectionLost } from './ConnectionLost';
import { Preferences } from './Preferences';
import { createAppRouter } from './router';

/** How long the first paint waits for the list, in ms. */
const listPatienceMs = 60;

/** The whole page on a connection that may still be on its way. */
export function App({ connecting }: { connecting: Promise<Connection> }) {
  const [connection, setConnection] = useState<Connection | null>(null);
  const [lost, setLost] = useState(false);
  const [cache] = useState(createCache);
  const [router] = useState(() => {
    const made = createAppRouter();
    // The page's own chunk comes while the connection is still being made.
    void made.load();
    return made;
  });

  useEffect(() => {
    let gone = false;
    const leaving = new AbortController();
    connecting.then(
      async (made) => {
        if (gone) return;
        made.onState?.((state) => cache.setQueryData(liveKeys.connection, state));
        // Painting once with the list costs less than painting without it first; an engine that is slow is not waited for.
        const listed = followShared(made.api, cache, leaving.signal);
        await Promise.race([listed, new Promise((resolve) => setTimeout(resolve, listPatienceMs))]);
        if (gone) return;
        setConnection(made);
        void made.closed.then(() => !gone && setLost(true));
      },
      () => !gone && setLost(true),
    );
    return () => {
      gone = true;
      leaving.abort();
    };
  }, [connecting, cache]);

  return (
    <QueryClientProvider client={cache}>
      <Preferences>
        {lost && <ConnectionLost />}
        {!lost && connection !== null && (
          <ApiProvider api={connection.api}>
            <RouterProvider router={router} />
          </ApiProvider>
        )}
      </Preferences>
    </QueryClientProvider>
  );
}

function createCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, refetchOnWindowFocus: false, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
