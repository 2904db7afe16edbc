import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ApiProvider } from '../lib/client';
import type { Connection } from '../lib/connect';
import { LiveProvider } from '../live/LiveProvider';
import { ConnectionLost } from './ConnectionLost';
import { Preferences } from './Preferences';
import { createAppRouter } from './router';

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
    connecting.then(
      (made) => {
        if (gone) return;
        setConnection(made);
        void made.closed.then(() => !gone && setLost(true));
      },
      () => !gone && setLost(true),
    );
    return () => {
      gone = true;
    };
  }, [connecting]);

  return (
    <QueryClientProvider client={cache}>
      <Preferences>
        {lost && <ConnectionLost />}
        {!lost && connection !== null && (
          <ApiProvider api={connection.api}>
            <LiveProvider>
              <RouterProvider router={router} />
            </LiveProvider>
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
