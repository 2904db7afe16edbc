import { createContext, type ReactNode, useContext } from 'react';
import type { Api } from '../../electron/contract/api';

const ApiContext = createContext<Api | null>(null);

/** Gives `api` to everything inside. */
export function ApiProvider({ api, children }: { api: Api; children: ReactNode }) {
  return <ApiContext value={api}>{children}</ApiContext>;
}

/** The calls and watches of the contract, as this window is connected to them. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error('useApi outside of ApiProvider');
  return api;
}
