import { useNavigate } from '@tanstack/react-router';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useTellDone } from '../../ui/useTellDone';
import { useTellFailure } from '../../ui/useTellFailure';
import { chatTexts } from './locale';

/** Takes in conversations from a file that the person picks, says how many, and opens the newest. */
export function useImport(): () => void {
  const t = useText(chatTexts);
  const api = useApi();
  const navigate = useNavigate();
  const tellDone = useTellDone();
  const tellFailure = useTellFailure();

  const takeIn = async () => {
    const { picked } = await api.host.pickOpenFile({ extensions: ['json'] });
    if (picked === null) return;
    const { imported, alreadyHere, skipped, conversationId } = await api.archive.import({ grant: picked.grant });
    const words = [
      t('imported', { count: imported }),
      ...(alreadyHere > 0 ? [t('importedBefore', { count: alreadyHere })] : []),
      ...(skipped > 0 ? [t('importSkipped', { count: skipped })] : []),
    ];
    tellDone(words.join(' '));
    if (conversationId !== null) await navigate(places.conversation(conversationId));
  };
  return () => void takeIn().catch(tellFailure);
}
