import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { dockerCommand } from '../../../electron/contract/commands';
import { writtenOut } from '../../../electron/contract/imageNames';
import { type Image, imageTag } from '../../../electron/contract/images';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { useEngineGuard } from '../../live/useEngineGuard';
import { useImages } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { FormDialog } from '../../ui/FormDialog';
import { Notice } from '../../ui/Notice';
import { imageTexts } from './imageLocale';
import { imageName } from './imageNames';

/** Gives an image one more tag; says so where another image has it now. */
export function TagImageDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const t = useText(imageTexts);
  const api = useApi();
  const guard = useEngineGuard();
  const images = useImages()?.images ?? [];
  const [text, setText] = useState('');
  const wanted = text.trim();
  const isBad = wanted !== '' && !imageTag.safeParse(wanted).success;
  const tag = writtenOut(wanted);
  const isSame = image.tags.includes(tag);
  const moves = !isSame && images.some(({ tags }) => tags.includes(tag));
  const give = useMutation({
    mutationFn: () => api.images.tag({ reference: image.id, tag: wanted }),
    onSuccess: onClose,
  });
  const isOff = wanted === '' || isBad || isSame || guard !== 'same';
  return (
    <FormDialog
      title={t('tagTitle', { name: imageName(image) })}
      widthPx={520}
      submitWord={t('giveTag')}
      off={isOff}
      busy={give.isPending}
      onSubmit={() => give.mutate()}
      onClose={onClose}
    >
      <TextInput
        label={t('newTag')}
        description={t('newTagHelp')}
        value={text}
        onChange={({ currentTarget: { value } }) => setText(value)}
        error={isBad ? t('tagBad') : isSame ? t('tagSame') : undefined}
        maxLength={255}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
      />
      {moves && !isBad && <Notice tone="warn" title={t('tagMoves', { tag })} />}
      {give.error !== null && <FailureNotice failure={toFailure(give.error)} />}
      {!isOff && <CommandLine command={dockerCommand.tagImage(imageName(image), tag)} />}
    </FormDialog>
  );
}
