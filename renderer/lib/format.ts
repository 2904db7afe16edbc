import { type Language, useLanguage } from './i18n';

const tags: Record<Language, string> = { ko: 'ko-KR', en: 'en-US' };
const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Numbers, sizes and times in one language. Sizes in binary units, as Docker's limits are. */
export interface Format {
  /** 1234567 -> `1,234,567` */
  count: (value: number) => string;
  /** 12.345 -> `12.3` */
  decimal: (value: number) => string;
  /** 1572864 -> `1.5 MiB` */
  bytes: (bytes: number) => string;
  /** 12.34 -> `12.3 %`, whole from 100 on */
  percent: (value: number) => string;
  /** 83000 -> `1:23`; below ten seconds with a tenth: `4.2 s` */
  duration: (ms: number) => string;
  /** Epoch ms -> `3 minutes ago`, seen from `nowMs` */
  ago: (atMs: number, nowMs: number) => string;
  /** Time that has gone by, rough: `3 minutes` */
  span: (ms: number) => string;
  /** Epoch ms -> date and time to the second */
  dateTime: (atMs: number) => string;
  /** Epoch ms -> time of day to the second */
  time: (atMs: number) => string;
}

const steps = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1000 },
] as const;

function inLargestUnit(ms: number) {
  const step = steps.find((candidate) => Math.abs(ms) >= candidate.ms) ?? steps[3];
  return { unit: step.unit, value: Math.round(ms / step.ms) };
}

function makeFormat(language: Language): Format {
  const tag = tags[language];
  const whole = new Intl.NumberFormat(tag);
  const tenths = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  const dateTime = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium' });
  const time = new Intl.DateTimeFormat(tag, { timeStyle: 'medium', hourCycle: 'h23' });
  const spans = Object.fromEntries(
    steps.map(({ unit }) => [unit, new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' })]),
  );
  return {
    count: (value) => whole.format(value),
    decimal: (value) => tenths.format(value),
    bytes: (bytes) => {
      const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), byteUnits.length - 1);
      return `${tenths.format(bytes / 1024 ** power)} ${byteUnits[power]}`;
    },
    percent: (value) => `${(value >= 100 ? whole : tenths).format(value)} %`,
    duration: (ms) => {
      if (ms < 10_000) return `${tenths.format(Math.max(0, ms) / 1000)} s`;
      const all = Math.round(ms / 1000);
      const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
      const two = (value: number) => String(value).padStart(2, '0');
      return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
    },
    ago: (atMs, nowMs) => {
      // Clocks of engine and page differ a little: nothing is said to happen in the future.
      const { unit, value } = inLargestUnit(Math.min(0, atMs - nowMs));
      return relative.format(value, unit);
    },
    span: (ms) => {
      const { unit, value } = inLargestUnit(Math.max(0, ms));
      return spans[unit]?.format(value) ?? '';
    },
    dateTime: (atMs) => dateTime.format(atMs),
    time: (atMs) => time.format(atMs),
  };
}

const formats: Partial<Record<Language, Format>> = {};

/** The formats of `language`; made once, since `Intl` objects are dear. */
export function formatIn(language: Language): Format {
  formats[language] ??= makeFormat(language);
  return formats[language];
}

/** The formats of the language in force. */
export function useFormat(): Format {
  return formatIn(useLanguage());
}
