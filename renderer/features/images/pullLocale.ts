import { defineTexts } from '../../lib/i18n';

/** Words of the form that pulls an image. */
export const pullTexts = defineTexts('pull', {
  en: {
    title: 'Pull an image',
    back: 'Back to images',
    image: 'Image',
    imageHelp: 'As after docker pull: python:3.11-slim, or with its registry, registry.example.com/team/app:1.2.',
    imageMissing: 'Name the image.',
    imageBad: 'Lower-case letters, digits, “.”, “_”, “-” and “/”, then perhaps “:” and a tag or “@” and a digest.',
    here: '“{{image}}” is here already. A pull looks for a newer one.',
    from: 'From',
    registry: 'Its registry: {{registry}}',
    registryWhy: 'With the account that docker login stored, where there is one.',
    mirror: 'The mirror: {{mirror}}',
    mirrorWhy: 'A registry that keeps copies of Docker Hub. The image gets its own name here.',
    mirrorOther: 'The mirror keeps images of Docker Hub only.',
    noMirror: 'No mirror is set.',
    setMirror: 'Set one in Settings',
    running: '“{{image}}” is being pulled right now.',
    open: 'Open that pull',
    submit: 'Pull',
    cancel: 'Cancel',
    engineAway: 'Images can be pulled once the engine is back.',
    insecure:
      'The engine talks to registries on this machine (localhost, 127.0.0.1) without TLS. Others need it, or a line in the engine’s daemon.json.',
  },
  ko: {
    title: '이미지 받기',
    back: '이미지 목록으로',
    image: '이미지',
    imageHelp:
      'docker pull 뒤에 쓰는 것과 같아요. python:3.11-slim 또는 레지스트리를 붙인 registry.example.com/team/app:1.2.',
    imageMissing: '이미지 이름을 적어 주세요.',
    imageBad: '소문자, 숫자, ‘.’, ‘_’, ‘-’, ‘/’를 쓰고, 뒤에 ‘:’과 태그 또는 ‘@’와 다이제스트를 붙일 수 있어요.',
    here: '‘{{image}}’ 이미지가 이미 있어요. 받으면 더 새로운 것이 있는지 확인해요.',
    from: '받을 곳',
    registry: '이미지의 레지스트리: {{registry}}',
    registryWhy: 'docker login으로 저장한 계정이 있으면 그 계정을 써요.',
    mirror: '미러: {{mirror}}',
    mirrorWhy: 'Docker Hub의 사본을 두는 레지스트리예요. 받은 이미지는 원래 이름으로 저장돼요.',
    mirrorOther: '미러에는 Docker Hub 이미지만 있어요.',
    noMirror: '미러가 정해져 있지 않아요.',
    setMirror: '설정에서 정하기',
    running: '‘{{image}}’ 이미지를 지금 받고 있어요.',
    open: '진행 상황 보기',
    submit: '받기',
    cancel: '취소',
    engineAway: '엔진이 돌아오면 이미지를 받을 수 있어요.',
    insecure:
      '이 컴퓨터의 레지스트리(localhost, 127.0.0.1)는 TLS 없이 쓸 수 있어요. 다른 곳은 TLS가 필요하거나 엔진의 daemon.json에 적어야 해요.',
  },
});
