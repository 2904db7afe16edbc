import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../lib/client';
import { useLanguage, useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useSettings } from '../../live/useLive';
import { Markdown } from '../../ui/Markdown';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { Section } from '../../ui/Section';
import { ShortcutList } from '../../ui/ShortcutList';
import { useTellFailure } from '../../ui/useTellFailure';
import styles from './HelpPage.module.css';
import { helpTexts } from './locale';
import { readTopic, topicOf, topics } from './topics';

/** The documents that travel with Wharf, read without a network, and the shortcuts. */
export function HelpPage({ topic: name }: { topic: string | undefined }) {
  const t = useText(helpTexts);
  const api = useApi();
  const language = useLanguage();
  const settings = useSettings();
  const topic = topicOf(name);
  const { data: text } = useQuery({
    queryKey: ['help', topic, language],
    queryFn: () => readTopic(topic, language),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const showTips = useMutation({ mutationFn: () => api.settings.change({ tips: true }), onError: useTellFailure() });
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          settings?.tips === false && (
            <Button variant="default" loading={showTips.isPending} onClick={() => showTips.mutate()}>
              {t('showTips')}
            </Button>
          )
        }
      />
      <PageBody padded>
        <div className={styles.page}>
          <nav className={styles.topics} aria-label={t('topics')}>
            {topics.map((one) => (
              <Link
                key={one}
                {...places.help(one)}
                className={styles.topic}
                aria-current={one === topic ? 'page' : undefined}
              >
                {t(one)}
              </Link>
            ))}
          </nav>
          <div className={styles.document}>
            <article aria-label={t(topic)}>{text !== undefined && <Markdown text={text} />}</article>
            {topic === 'start' && (
              <Section title={t('shortcuts')}>
                <ShortcutList sendsOnEnter={(settings?.sendKey ?? 'enter') === 'enter'} />
              </Section>
            )}
          </div>
        </div>
      </PageBody>
    </>
  );
}
