import { defineTexts } from '../lib/i18n';

/** Words in and around text of others: code to copy, links to confirm. */
export const markdownTexts = defineTexts('markdown', {
  en: {
    copyCode: 'Copy code',
    copied: 'Copied',
    code: 'Code',
    image: 'Image, not loaded',
    openLink: 'Open {{host}}?',
    linkOfOthers: 'This link was written by a model or a program, not by Wharf. It opens in your browser.',
    copyAddress: 'Copy address',
    open: 'Open in browser',
    tooLong: 'Shown as plain text: this part is too long to lay out.',
  },
  ko: {
    copyCode: '코드 복사',
    copied: '복사했어요',
    code: '코드',
    image: '이미지(불러오지 않음)',
    openLink: '{{host}} 주소를 열까요?',
    linkOfOthers: 'Wharf가 아니라 모델이나 프로그램이 쓴 링크예요. 브라우저에서 열려요.',
    copyAddress: '주소 복사',
    open: '브라우저에서 열기',
    tooLong: '너무 길어서 서식 없이 보여 줘요.',
  },
});
