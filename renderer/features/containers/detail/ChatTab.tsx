import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Container } from '../../../../electron/contract/containers';
import { mainPort } from '../../../lib/containerStatus';
import { useText } from '../../../lib/i18n';
import { places } from '../../../lib/places';
import { useConversations } from '../../../live/useLive';
import { icons } from '../../../ui/icons';
import { Notice } from '../../../ui/Notice';
import { RelativeTime } from '../../../ui/RelativeTime';
import { Section } from '../../../ui/Section';
import styles from './ChatTab.module.css';
import { detailTexts } from './locale';

/** Talking to a container: a new conversation, and those that were had with it or with one of its name before it. */
export function ChatTab({ container }: { container: Container }) {
  const t = useText(detailTexts);
  const conversations = (useConversations() ?? []).filter(
    ({ target }) => target?.kind === 'container' && (target.id === container.id || target.name === container.name),
  );
  const obstacle =
    container.state !== 'running' ? t('chatStopped') : mainPort(container) === null ? t('chatNoPort') : null;
  return (
    <div className={styles.tab}>
      <Section title={t('chatTitle', { name: container.name })}>
        <div className={styles.new}>
          <p className={styles.words}>{t('chatWhy')}</p>
          {obstacle !== null && <Notice tone="info" title={obstacle} announced={false} />}
          {obstacle === null && !container.servesApi && <Notice tone="warn" title={t('chatNoApi')} announced={false} />}
          <div>
            {obstacle === null ? (
              <Button
                leftSection={<icons.chat size={15} stroke={1.75} aria-hidden />}
                renderRoot={(props) => <Link {...props} {...places.chat({ container: container.id })} />}
              >
                {t('chatNew')}
              </Button>
            ) : (
              <Button disabled leftSection={<icons.chat size={15} stroke={1.75} aria-hidden />}>
                {t('chatNew')}
              </Button>
            )}
          </div>
        </div>
      </Section>
      <Section title={t('conversations')}>
        {conversations.length === 0 ? (
          <p className={styles.words}>{t('noConversations')}</p>
        ) : (
          <ul className={styles.list}>
            {conversations.map(({ id, title, updatedAtMs }) => (
              <li key={id} className={styles.row}>
                <Link {...places.conversation(id)} className={styles.title} title={title}>
                  {title === '' ? t('untitled') : title}
                </Link>
                <span className={styles.when}>
                  <RelativeTime atMs={updatedAtMs} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}
