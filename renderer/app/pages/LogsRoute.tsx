import { useSearch } from '@tanstack/react-router';
import { LogsPage } from '../../features/logs/LogsPage';
import { useLogAddressing } from './useLogAddressing';

const idsOf = (text: string | undefined) => [
  ...new Set((text ?? '').split('.').filter((id) => /^[0-9a-f]{64}$/.test(id))),
];

/** Logs of several containers. */
export function LogsRoute() {
  const { containers, panes }: { containers?: string; panes?: string } = useSearch({ strict: false });
  const addressing = useLogAddressing();
  const ids = idsOf(panes ?? containers);
  return (
    <LogsPage key={`${panes ?? ''}|${containers ?? ''}`} ids={ids} side={panes !== undefined} addressing={addressing} />
  );
}
