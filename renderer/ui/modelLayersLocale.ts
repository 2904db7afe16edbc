import { defineTexts } from '../lib/i18n';

/** Words of a list of layers. */
export const modelLayersTexts = defineTexts('modelLayers', {
  en: {
    layers: '{{done}} of {{total}} layers',
    'layer.waiting': 'Waiting',
    'layer.downloading': 'Downloading',
    'layer.done': 'Downloaded',
    'layer.present': 'Already there',
  },
  ko: {
    layers: '레이어 {{total}}개 중 {{done}}개',
    'layer.waiting': '대기 중',
    'layer.downloading': '받는 중',
    'layer.done': '받음',
    'layer.present': '이미 있음',
  },
});
