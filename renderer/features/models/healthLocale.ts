import { defineTexts } from '../../lib/i18n';

/** Words of what hinders an Ollama (GPU, proxy), and of whether a model fits. */
export const healthTexts = defineTexts('ollamaHealth', {
  en: {
    fallback: '{{names}} runs on the processor although there is a GPU',
    fallbackPart: '{{names}} runs in part on the processor: it does not fit into the GPU’s free memory',
    'fallback.asked':
      'The container was given the GPUs. If it used them before: Docker loses GPUs after a while where systemd manages its cgroups. Set "exec-opts": ["native.cgroupdriver=cgroupfs"] in /etc/docker/daemon.json, restart Docker, then this container.',
    'fallback.notAsked':
      'This machine has {{gpu}}, and the container was not given it. Replace the container with “Give it the GPUs” switched on.',
    'fallback.here':
      'This machine has {{gpu}}. Check that the driver is loaded (nvidia-smi) and restart Ollama; its log says why it found no GPU.',
    'fallback.part': 'Choose a smaller model or quantisation, a shorter context, or free GPU memory.',
    edit: 'Change the container',
    proxy: 'The proxy of {{name}} will not work for pulling models',
    'proxy.plainOnly': 'HTTP_PROXY is set and HTTPS_PROXY is not: Ollama pulls over HTTPS and goes past the proxy.',
    'proxy.plainSet': 'HTTP_PROXY is set: it gets between Ollama’s own programs.',
    'proxy.ownLoopback': 'The proxy’s address is this machine’s loopback, which inside the container is the container.',
    'proxy.noExceptions': 'NO_PROXY leaves out localhost and 127.0.0.1.',
    'proxy.notPassed': 'This machine uses a proxy, and the container was not given it.',
    proxyShould: 'It should be:',
    correct: 'Replace the container with these',
    correctNote: 'Name, port and models stay. If the new one fails, the old one is back as it was.',
    correcting: 'Replacing the container…',
    corrected: 'The container has the corrected proxy now.',
    fit: 'Does it fit?',
    context: 'Context (tokens)',
  },
  ko: {
    fallback: 'GPU가 있는데도 {{names}} 모델이 프로세서에서 돌고 있어요',
    fallbackPart: 'GPU의 남은 메모리에 다 들어가지 않아 {{names}} 모델의 일부가 프로세서에서 돌고 있어요',
    'fallback.asked':
      '이 컨테이너는 GPU를 받았어요. 전에는 GPU를 썼다면, systemd가 cgroup을 관리할 때 Docker가 시간이 지나 GPU를 잃는 문제일 수 있어요. /etc/docker/daemon.json에 "exec-opts": ["native.cgroupdriver=cgroupfs"]를 넣고 Docker와 이 컨테이너를 다시 시작해 주세요.',
    'fallback.notAsked':
      '이 컴퓨터에는 {{gpu}} 그래픽 카드가 있지만 컨테이너가 받지 않았어요. ‘GPU 쓰기’를 켜고 컨테이너를 교체해 주세요.',
    'fallback.here':
      '이 컴퓨터에는 {{gpu}} 그래픽 카드가 있어요. nvidia-smi로 드라이버를 확인하고 Ollama를 다시 시작해 주세요. GPU를 찾지 못한 이유는 Ollama 로그에 있어요.',
    'fallback.part': '더 작은 모델이나 양자화, 더 짧은 컨텍스트를 고르거나 GPU 메모리를 비워 주세요.',
    edit: '컨테이너 바꾸기',
    proxy: '{{name}}의 프록시로는 모델을 받을 수 없어요',
    'proxy.plainOnly': 'HTTP_PROXY만 있고 HTTPS_PROXY가 없어요. Ollama는 HTTPS로 받기 때문에 프록시를 쓰지 않아요.',
    'proxy.plainSet': 'HTTP_PROXY가 있으면 Ollama 프로그램끼리의 연결을 막을 수 있어요.',
    'proxy.ownLoopback': '프록시 주소가 이 컴퓨터의 루프백이에요. 컨테이너 안에서는 컨테이너 자신을 뜻해요.',
    'proxy.noExceptions': 'NO_PROXY에 localhost와 127.0.0.1이 없어요.',
    'proxy.notPassed': '이 컴퓨터는 프록시를 쓰는데 컨테이너에는 없어요.',
    proxyShould: '이렇게 되어야 해요:',
    correct: '이 값으로 컨테이너 교체',
    correctNote: '이름, 포트, 모델은 그대로예요. 새 컨테이너가 실패하면 이전 컨테이너를 그대로 되돌려요.',
    correcting: '컨테이너를 교체하는 중…',
    corrected: '컨테이너의 프록시를 고쳤어요.',
    fit: '메모리에 들어갈까요?',
    context: '컨텍스트(토큰)',
  },
});
