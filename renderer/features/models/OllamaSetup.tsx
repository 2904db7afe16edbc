import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { modelsTexts } from './locale';

/** What leads to an Ollama where there is none. */
export function OllamaSetup() {
  const t = useText(modelsTexts);
  return <Button renderRoot={(props) => <Link {...props} {...places.runOllama()} />}>{t('runOllama')}</Button>;
}
