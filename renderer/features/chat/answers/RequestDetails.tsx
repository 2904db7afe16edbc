import { Link } from '@tanstack/react-router';
import { asCurl, type BoundedText, type RawRequest } from '../../../../electron/contract/requests';
import { useApi } from '../../../lib/client';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { places } from '../../../lib/places';
import { icons } from '../../../ui/icons';
import { useTellFailure } from '../../../ui/useTellFailure';
import { answersTexts } from './locale';
import { RequestStatus } from './RequestStatus';
import styles from './RequestsPanel.module.css';

/** Pretty-printing more than this would hold up the page. */
const prettyLimit = 200_000;

/** JSON on several lines; anything else as it came. */
function pretty(text: string): string {
  if (text.length > prettyLimit || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

interface RequestDetailsProps {
  request: RawRequest;
  onShowTurn: (messageId: string) => void;
}

/** One request and its response, headers and bodies as they were; keys are masked in main already. */
export function RequestDetails({ request, onShowTurn }: RequestDetailsProps) {
  const t = useText(answersTexts);
  const format = useFormat();
  const api = useApi();
  const tellFailure = useTellFailure();
  const { entry } = request;
  const curl = asCurl(request);
  return (
    <>
      <div className={styles.head}>
        <RequestStatus entry={entry} />
        <span title={format.dateTime(entry.startedAtMs)}>{format.time(entry.startedAtMs)}</span>
        {entry.durationMs !== null && <span>{format.duration(entry.durationMs)}</span>}
      </div>
      <div className={styles.head}>
        <button
          type="button"
          className={styles.link}
          disabled={curl === null}
          onClick={() => curl !== null && api.host.copyText({ text: curl }).catch(tellFailure)}
        >
          <icons.copy size={15} stroke={1.75} aria-hidden />
          {curl === null ? t('noCurl') : t('copyCurl')}
        </button>
        <button type="button" className={styles.link} onClick={() => onShowTurn(entry.messageId)}>
          <icons.chat size={15} stroke={1.75} aria-hidden />
          {t('goToTurn')}
        </button>
        {entry.containerId !== null && (
          <Link {...places.containerLog(entry.containerId, entry.id)} className={styles.link}>
            <icons.logs size={15} stroke={1.75} aria-hidden />
            {t('showLog')}
          </Link>
        )}
      </div>
      <h3 className={styles.section}>{t('request')}</h3>
      <p className={`mono ${styles.line}`}>
        {entry.method} {entry.url}
      </p>
      <Headers headers={request.requestHeaders} />
      <Body body={request.requestBody} label={`${t('request')}: ${t('body')}`} />
      <h3 className={styles.section}>{t('response')}</h3>
      {entry.status !== null && <p className={`mono ${styles.line}`}>{t('status', { status: entry.status })}</p>}
      <Headers headers={request.responseHeaders} />
      <Body body={request.responseBody} label={`${t('response')}: ${t('body')}`} />
    </>
  );
}

function Headers({ headers }: { headers: RawRequest['requestHeaders'] }) {
  return headers.map(([name, value], at) => (
    // The same header may come twice; they never move.
    <p key={`${at} ${name}`} className={`mono ${styles.line}`}>
      <span className={styles.headerName}>{name}:</span> {value}
    </p>
  ));
}

function Body({ body, label }: { body: BoundedText; label: string }) {
  const t = useText(answersTexts);
  const format = useFormat();
  return (
    <pre className={styles.wire} tabIndex={0} aria-label={label}>
      {body.leftOut === 0 ? pretty(body.head + body.tail) || t('emptyBody') : body.head}
      {body.leftOut > 0 && (
        <span className={styles.leftOut}>{t('leftOut', { shown: format.count(body.leftOut) })}</span>
      )}
      {body.leftOut > 0 && body.tail}
    </pre>
  );
}
