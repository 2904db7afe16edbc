import { useEffect, useRef, useState } from 'react';
import type uPlot from 'uplot';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { lateLibrary } from '../../../ui/lateLibrary';
import { type ChartColumns, lastOf, peakOf } from './chartData';
import { statsTexts } from './locale';
import styles from './StatsChart.module.css';

/** The chart's frame stands at once; what draws in it comes with the first chart. */
const usePlotting = lateLibrary(async () => {
  const [library] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
  return { Plot: library.default };
});

/** Colours of the series by place; the second line is dashed too, so that colour is not alone. */
const strokes = ['--accent-text', '--warn'] as const;

/** Shortest time across a chart. */
const leastShownS = 60;

interface StatsChartProps {
  title: string;
  hint?: string;
  /** A word a series; one alone is not named. */
  words: readonly string[];
  columns: ChartColumns;
  windowMs: number;
  /** A value in words, with its unit. */
  say: (value: number) => string;
  /** The same for the axis: short. */
  sayShort?: (value: number) => string;
  /** Top of the axis where the values stay below. */
  ceiling: number;
  /** A line across, and what it is. */
  limit?: { value: number; word: string } | null;
  /** Distances between the axis's lines are whole numbers of this. */
  step?: number;
  height?: number;
}

/** One curve or two over time. Its head says in words what the eye sees: the value now or under the pointer, and the peak. */
export function StatsChart(props: StatsChartProps) {
  const { title, hint, words, columns, windowMs, say, sayShort, limit, height = 132 } = props;
  const t = useText(statsTexts);
  const format = useFormat();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const plotting = usePlotting(true);
  const latest = useRef(props);
  latest.current = props;
  const [pointed, setPointed] = useState<number | null>(null);

  useEffect(() => {
    const node = box.current;
    if (node === null || plotting === null) return;
    const chart = new plotting.Plot(
      optionsOf(latest, node, height, setPointed),
      latest.current.columns as uPlot.AlignedData,
      node,
    );
    plot.current = chart;
    const resized = new ResizeObserver(() => {
      if (node.clientWidth > 0) chart.setSize({ width: node.clientWidth, height });
    });
    resized.observe(node);
    const themed = new MutationObserver(() => chart.redraw(false));
    themed.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
    return () => {
      themed.disconnect();
      resized.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [plotting, words.length, height]);

  useEffect(() => plot.current?.setData(columns as uPlot.AlignedData), [columns, windowMs, limit?.value]);

  const index = pointed !== null && pointed < columns[0].length ? pointed : null;
  const valueOf = (series: number) => {
    const column = columns[series + 1];
    return index === null ? lastOf(column) : (column?.[index] ?? null);
  };
  const inWords = (value: number | null) => (value === null ? t('nothing') : say(value));
  const isEmpty = columns[0].length === 0;
  const peak = peakOf(columns[1]);
  const minutes = Math.round(windowMs / 60_000);
  const summary = words
    .map((word, series) => {
      const name = words.length > 1 ? `${title}, ${word}` : title;
      const column = columns[series + 1];
      return t('summary', { name, now: inWords(lastOf(column)), peak: inWords(peakOf(column)), count: minutes });
    })
    .join('. ');

  return (
    <figure className={styles.chart} title={hint}>
      <figcaption className={styles.head}>
        <span className={styles.title}>{title}</span>
        <span className="hiddenVisually">{isEmpty ? t('waiting') : summary}</span>
        <span className={styles.values} aria-hidden>
          {isEmpty && <span className={styles.soft}>{t('waiting')}</span>}
          {!isEmpty &&
            words.map((word, series) => (
              <span key={word} className={styles.value}>
                {words.length > 1 && (
                  <>
                    <span className={styles.swatch} data-series={series} />
                    <span className={styles.soft}>{word}</span>
                  </>
                )}
                <strong>{inWords(valueOf(series))}</strong>
              </span>
            ))}
          {!isEmpty && index !== null && (
            <span className={styles.soft}>{format.time((columns[0][index] ?? 0) * 1000)}</span>
          )}
          {!isEmpty && index === null && words.length === 1 && peak !== null && (
            <span className={styles.soft}>{t('peak', { peak: (sayShort ?? say)(peak) })}</span>
          )}
        </span>
      </figcaption>
      <div ref={box} className={styles.plot} style={{ height }} aria-hidden />
    </figure>
  );
}

function optionsOf(
  latest: { readonly current: StatsChartProps },
  node: HTMLElement,
  height: number,
  onPoint: (index: number | null) => void,
): uPlot.Options {
  const colour = (name: string) => getComputedStyle(node).getPropertyValue(name).trim() || '#888';
  const font = `11px ${colour('--font-text')}`;
  return {
    width: Math.max(node.clientWidth, 100),
    height,
    // A time at the right edge needs half of its width beyond it.
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: { key: 'containerStats' } },
    scales: {
      x: {
        time: true,
        range: (chart) => {
          const times = chart.data[0] ?? [];
          const end = times.at(-1) ?? Date.now() / 1000;
          // A sampling that began a moment ago fills the width too.
          const shownS = Math.min(latest.current.windowMs / 1000, Math.max(end - (times[0] ?? end), leastShownS));
          return [end - shownS, end];
        },
      },
      y: {
        range: (chart) => {
          const { ceiling, limit } = latest.current;
          const peaks = chart.data.slice(1).map((column) => peakOf(column as (number | null)[]) ?? 0);
          return [0, Math.max(ceiling, (limit?.value ?? 0) * 1.05, ...peaks.map((peak) => peak * 1.1))];
        },
      },
    },
    axes: [
      {
        stroke: () => colour('--text-faint'),
        font,
        size: 24,
        space: 80,
        grid: { show: false },
        ticks: { show: false },
        values: (_, splits) => {
          const withSeconds = splits.some((second) => second % 60 !== 0);
          return splits.map((second) => clockTime(second, withSeconds));
        },
      },
      {
        stroke: () => colour('--text-faint'),
        font,
        size: 64,
        space: 32,
        gap: 6,
        grid: { stroke: () => colour('--border'), width: 1 },
        ticks: { show: false },
        incrs: incrementsOf(latest.current.step),
        values: (_, splits) => splits.map((value) => (latest.current.sayShort ?? latest.current.say)(value)),
      },
    ],
    series: [
      {},
      ...latest.current.words.map((_, index) => ({
        stroke: () => colour(strokes[index] ?? strokes[0]),
        width: 1.5,
        ...(index > 0 && { dash: [5, 3] }),
        ...(latest.current.words.length === 1 && { fill: () => `${colour(strokes[0])}1f` }),
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      setCursor: [(chart) => onPoint(chart.cursor.idx ?? null)],
      draw: [
        (chart) => {
          const { limit } = latest.current;
          if (!limit) return;
          const y = Math.round(chart.valToPos(limit.value, 'y', true));
          const { left, width } = chart.bbox;
          const { ctx } = chart;
          ctx.save();
          ctx.strokeStyle = colour('--bad');
          ctx.fillStyle = colour('--bad');
          ctx.lineWidth = devicePixelRatio;
          ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
          ctx.beginPath();
          ctx.moveTo(left, y);
          ctx.lineTo(left + width, y);
          ctx.stroke();
          ctx.font = `${11 * devicePixelRatio}px ${colour('--font-text')}`;
          ctx.textAlign = 'right';
          ctx.textBaseline = 'top';
          ctx.fillText(limit.word, left + width - 4 * devicePixelRatio, y + 3 * devicePixelRatio);
          ctx.restore();
        },
      ],
    },
  };
}

/** Steps between the lines of an axis: 1, 2 or 5 times a power of `step`'s kind, so that sizes come out round. */
function incrementsOf(step = 1): number[] {
  const powers = step === 1024 ? Array.from({ length: 5 }, (_, power) => 1024 ** power) : [1];
  const each = step === 1024 ? [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] : decimalSteps;
  return powers.flatMap((power) => each.map((one) => one * power));
}

const decimalSteps = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((one) => one * 10 ** power)).flat();

function clockTime(second: number, withSeconds: boolean): string {
  const at = new Date(second * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}${withSeconds ? `:${two(at.getSeconds())}` : ''}`;
}
