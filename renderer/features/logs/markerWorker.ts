import { rangesIn } from './highlight';
import type { MarkerAnswer, MarkerQuestion } from './lineMarker';

/** Runs a person's expression over lines, out of the page's way. */
self.onmessage = ({ data }: MessageEvent<MarkerQuestion>) => {
  const pattern = new RegExp(data.source, data.flags);
  const answer: MarkerAnswer = data.texts.map((text) => rangesIn(text, pattern));
  self.postMessage(answer);
};

self.postMessage('ready' satisfies MarkerAnswer);
