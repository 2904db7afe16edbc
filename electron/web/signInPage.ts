const words = {
  en: {
    title: 'Wharf',
    what: 'This browser is not signed in',
    next: 'Open the link that Wharf printed on the terminal where it runs. Each link signs one browser in, for ten minutes; press Enter there for a new one, or use “Link for another browser” in the settings of a browser that is signed in.',
  },
  ko: {
    title: 'Wharf',
    what: '이 브라우저는 로그인되어 있지 않아요',
    next: 'Wharf를 실행한 터미널에 표시된 링크를 여세요. 링크 하나로 10분 안에 브라우저 하나만 로그인할 수 있어요. 터미널에서 Enter를 누르거나, 로그인된 브라우저의 설정에서 “다른 브라우저용 링크”를 누르면 새 링크가 나와요.',
  },
};

/**
 * What a person without a session sees instead of the page. No script, and nothing of the request in it.
 * @param acceptLanguage the browser's header (RFC 9110, 12.5.4); its first language decides
 */
export function signInPage(acceptLanguage: string | undefined): string {
  const language = /^\s*ko\b/i.test(acceptLanguage ?? '') ? 'ko' : 'en';
  const { title, what, next } = words[language];
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>:root{color-scheme:light dark}body{font:15px/1.6 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem}h1{font-size:1.2rem}</style>
</head><body><main><h1>${what}</h1><p>${next}</p></main></body></html>
`;
}
