import { defineTexts } from '../lib/i18n';

/** Words of the JSON tree. */
export const jsonTreeTexts = defineTexts('jsonTree', {
  en: {
    find: 'Find by name or value',
    matches_one: '{{count}} match',
    matches_other: '{{count}} matches',
    none: 'Nothing matches',
    openAll: 'Unfold all',
    closeAll: 'Fold all',
    copyAll: 'Copy all as JSON',
    copyOf: 'Copy {{path}}',
    copyPath: 'Copy the path of {{path}}, as jq takes it',
    fold: 'Fold {{path}}',
    unfold: 'Unfold {{path}}',
    items_one: '{{count}} item',
    items_other: '{{count}} items',
    cut: 'Only the first {{count}} lines are shown. Search to see the others.',
  },
  ko: {
    find: '이름이나 값으로 찾기',
    matches_other: '{{count}}개 찾음',
    none: '찾은 것이 없어요',
    openAll: '모두 펼치기',
    closeAll: '모두 접기',
    copyAll: '전체를 JSON으로 복사',
    copyOf: '{{path}} 복사',
    copyPath: '{{path}} 경로 복사 (jq 표기)',
    fold: '{{path}} 접기',
    unfold: '{{path}} 펼치기',
    items_other: '{{count}}개',
    cut: '앞의 {{count}}줄만 표시해요. 나머지는 검색으로 찾아보세요.',
  },
});
