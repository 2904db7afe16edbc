import { defineTexts } from '../lib/i18n';

/** Words beside the bar of a transfer. */
export const transferAmountTexts = defineTexts('transferAmount', {
  en: {
    amount: '{{done}} of {{total}}',
    speed: '{{speed}}/s',
    left: '{{time}} left',
  },
  ko: {
    amount: '{{total}} 중 {{done}}',
    speed: '초당 {{speed}}',
    left: '{{time}} 남음',
  },
});
