/**
 * Marks text of the live list for Chromium's element timing: `npm run bench:start` reads there when it was painted, by
 * the page's own clock (W3C, Element Timing API).
 */
export const painted = { elementtiming: 'painted' };
