import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useText } from '../../lib/i18n';
import { logTexts } from './locale';
import styles from './WholeLogRail.module.css';

/** px of the thumb at least, so that it can be taken hold of. */
const leastThumb = 32;

interface WholeLogRailProps {
  /** `id` of the list that it moves. */
  listId: string;
  /** Lines [first, end) that exist. */
  all: { first: number; end: number };
  /** Lines [from, to) on the screen. */
  onScreen: () => { from: number; to: number };
  /** Goes to a line. */
  onMove: (index: number) => void;
  /** Changes with every change of the rows. */
  version: number;
}

/**
 * The scrollbar of a log with more lines than an element can be high: Chromium lays out 33.5 million px at most, so the
 * list holds a part of the lines and this stands for all of them.
 */
export function WholeLogRail({ listId, all, onScreen, onMove, version }: WholeLogRailProps) {
  const t = useText(logTexts);
  const rail = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(all.end);
  const moving = useRef(false);

  useEffect(() => {
    if (!moving.current) setAt(onScreen().from);
  }, [version, onScreen]);

  useEffect(() => {
    // The list scrolls without telling React: its place is read once a frame while it does.
    let frame = 0;
    const list = rail.current?.previousElementSibling;
    const onScroll = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        if (!moving.current) setAt(onScreen().from);
      });
    };
    list?.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      list?.removeEventListener('scroll', onScroll);
    };
  }, [onScreen]);

  const count = Math.max(1, all.end - all.first);
  const part = Math.min(1, Math.max(0, (at - all.first) / count));

  function move(event: PointerEvent) {
    const box = rail.current?.getBoundingClientRect();
    if (!box) return;
    const share = (event.clientY - box.top - leastThumb / 2) / Math.max(1, box.height - leastThumb);
    const index = Math.round(all.first + Math.min(1, Math.max(0, share)) * (count - 1));
    setAt(index);
    onMove(index);
  }

  return (
    <div
      ref={rail}
      className={styles.rail}
      role="scrollbar"
      aria-label={t('wholeLog')}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(part * 100)}
      aria-controls={listId}
      tabIndex={-1}
      onPointerDown={(event) => {
        moving.current = true;
        rail.current?.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={(event) => moving.current && move(event)}
      onPointerUp={() => {
        moving.current = false;
      }}
      onPointerCancel={() => {
        moving.current = false;
      }}
    >
      <div className={styles.thumb} style={{ top: `calc((100% - ${leastThumb}px) * ${part})`, height: leastThumb }} />
    </div>
  );
}
