import { useState } from 'react';
import { useEngine } from './useLive';

/**
 * Whether the engine is still the one this component was shown for: a dialog that would delete something must not act on
 * another. `lost` while it does not answer, `switched` for good once another one is driven.
 */
export function useEngineGuard(): 'same' | 'lost' | 'switched' {
  const engine = useEngine();
  const [address] = useState(engine?.endpoint?.address ?? null);
  if (engine === undefined || engine.phase !== 'ready') return 'lost';
  return engine.endpoint?.address === address ? 'same' : 'switched';
}
