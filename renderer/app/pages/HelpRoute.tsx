import { useParams } from '@tanstack/react-router';
import { HelpPage } from '../../features/help/HelpPage';

/** Help, at the topic in the address. */
export function HelpRoute() {
  const { topic } = useParams({ strict: false });
  return <HelpPage topic={topic} />;
}
