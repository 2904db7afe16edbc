import { app } from 'electron';
import type { Settings } from '../contract/settings';

/** What the system shows for Wharf outside of its page, in both languages. */
const words = {
  en: {
    file: 'File',
    edit: 'Edit',
    view: 'View',
    window: 'Window',
    help: 'Help',
    quit: 'Quit Wharf',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    zoomIn: 'Larger',
    zoomOut: 'Smaller',
    resetZoom: 'Actual size',
    fullScreen: 'Full screen',
    minimize: 'Minimise',
    closeWindow: 'Close window',
    open: 'Open Wharf',
    openContainer: 'Open',
    stop: 'Stop',
    running: 'Running containers',
    nothingRuns: 'No container runs',
    more: 'and {{count}} more',
    done: 'Done',
    failed: 'Failed',
    taskDone: '{{task}} is done.',
    taskFailed: '{{task}} failed. Open Wharf to see why.',
  },
  ko: {
    file: '파일',
    edit: '편집',
    view: '보기',
    window: '창',
    help: '도움말',
    quit: 'Wharf 종료',
    undo: '실행 취소',
    redo: '다시 실행',
    cut: '잘라내기',
    copy: '복사',
    paste: '붙여넣기',
    selectAll: '모두 선택',
    zoomIn: '확대',
    zoomOut: '축소',
    resetZoom: '실제 크기',
    fullScreen: '전체 화면',
    minimize: '최소화',
    closeWindow: '창 닫기',
    open: 'Wharf 열기',
    openContainer: '열기',
    stop: '중지',
    running: '실행 중인 컨테이너',
    nothingRuns: '실행 중인 컨테이너가 없어요',
    more: '외 {{count}}개',
    done: '완료',
    failed: '실패',
    taskDone: '{{task}} 작업이 끝났어요.',
    taskFailed: '{{task}} 작업이 실패했어요. Wharf를 열어 이유를 확인하세요.',
  },
} satisfies Record<'en' | 'ko', Record<string, string>>;

export type ShellWords = Record<keyof typeof words.en, string>;

/** The words of the language in the settings, else of the system. */
export function shellWords({ language }: Pick<Settings, 'language'>): ShellWords {
  return words[language === 'system' ? (/^ko\b/i.test(app.getLocale()) ? 'ko' : 'en') : language];
}
