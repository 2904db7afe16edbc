import { defineTexts } from '../lib/i18n';

/** Words of files that are dropped onto the window. */
export const dropTexts = defineTexts('drop', {
  en: {
    title: 'Drop it to open it in Wharf',
    taking: 'Looking at the file…',
    folder: 'Folder with a Dockerfile',
    folderOpens: 'Build an image',
    archive: 'Image archive (.tar, .tar.gz)',
    archiveOpens: 'Load its images',
    gguf: 'GGUF file',
    ggufOpens: 'Create a model',
    leave: 'Esc, or leaving the window, cancels.',
    'several.what': 'Wharf opens one file or folder at a time',
    'several.next': 'Drop a single one: a folder with a Dockerfile, an image archive or a GGUF file.',
    'noDockerfile.what': '{{name}} has no Dockerfile',
    'noDockerfile.next':
      'Put a file named Dockerfile into that folder, or drop the Dockerfile itself where it has another name.',
    'notGguf.what': '{{name}} is not a GGUF file',
    'notGguf.next': 'It does not begin as one does. The download may be cut short or an error page: fetch it again.',
    'unknown.what': 'Wharf does not know what to open {{name}} with',
    'unknown.next': 'Drop a folder with a Dockerfile, an image archive (.tar, .tar.gz, .tgz) or a GGUF file.',
    'unreadable.what': '{{name}} cannot be read',
    'unreadable.next': 'Save it on this machine first, and see that you may read it.',
    'folderInBrowser.what': 'A browser does not tell where {{name}} lies',
    'folderInBrowser.next':
      'Open Build and write the folder’s path, on the machine that Wharf runs on. The desktop app takes folders that are dropped.',
  },
  ko: {
    title: '놓으면 Wharf에서 열어요',
    taking: '파일을 살펴보는 중…',
    folder: 'Dockerfile이 있는 폴더',
    folderOpens: '이미지 빌드',
    archive: '이미지 아카이브(.tar, .tar.gz)',
    archiveOpens: '이미지 불러오기',
    gguf: 'GGUF 파일',
    ggufOpens: '모델 만들기',
    leave: 'Esc를 누르거나 창 밖으로 나가면 취소돼요.',
    'several.what': '파일이나 폴더는 한 번에 하나만 열 수 있어요',
    'several.next': 'Dockerfile이 있는 폴더, 이미지 아카이브, GGUF 파일 가운데 하나만 놓으세요.',
    'noDockerfile.what': '{{name}} 폴더에 Dockerfile이 없어요',
    'noDockerfile.next': '폴더에 Dockerfile이라는 파일을 넣거나, 이름이 다르면 그 파일을 직접 놓으세요.',
    'notGguf.what': '{{name}} 파일은 GGUF가 아니에요',
    'notGguf.next': '파일의 첫머리가 GGUF와 달라요. 받다가 끊겼거나 오류 페이지일 수 있으니 다시 받으세요.',
    'unknown.what': '{{name}} 파일을 무엇으로 열지 알 수 없어요',
    'unknown.next': 'Dockerfile이 있는 폴더, 이미지 아카이브(.tar, .tar.gz, .tgz), GGUF 파일을 놓으세요.',
    'unreadable.what': '{{name}} 파일을 읽을 수 없어요',
    'unreadable.next': '먼저 이 컴퓨터에 저장하고, 읽을 권한이 있는지 확인하세요.',
    'folderInBrowser.what': '브라우저는 {{name}}의 위치를 알려주지 않아요',
    'folderInBrowser.next':
      '빌드를 열어 Wharf가 실행되는 컴퓨터의 폴더 경로를 입력하세요. 데스크톱 앱에서는 폴더를 놓을 수 있어요.',
  },
});
