/** What the failures of engines say; part of `failureTexts`. */
export const engineFailureTexts = {
  en: {
    'ENGINE_UNREACHABLE.absent.what': 'No engine runs at {{address}}',
    'ENGINE_UNREACHABLE.absent.next': 'Start Docker, or install it, then try again.',
    'ENGINE_UNREACHABLE.permission.what': 'You are not allowed to use {{address}}',
    'ENGINE_UNREACHABLE.permission.next':
      'Add yourself to the docker group (sudo usermod -aG docker $USER), sign out and in again, then try again.',
    'ENGINE_UNREACHABLE.notAnEngine.what': 'What answers at {{address}} is not a Docker engine',
    'ENGINE_UNREACHABLE.notAnEngine.next': 'Check DOCKER_HOST and the current Docker context (docker context ls).',
    'ENGINE_UNREACHABLE.refused.what': '{{address}} refused the connection',
    'ENGINE_UNREACHABLE.refused.next': 'The engine has stopped. Start Docker, then try again.',
    'ENGINE_UNREACHABLE.timeout.what': '{{address}} did not answer in time',
    'ENGINE_UNREACHABLE.timeout.next': 'Check that the machine is up and the address is right, then try again.',
    'ENGINE_UNREACHABLE.unsupported.what': '{{address}} is no address of an engine that Wharf understands',
    'ENGINE_UNREACHABLE.unsupported.next':
      'Use unix://, ssh://, tcp:// or https:// in DOCKER_HOST or the Docker context.',
    'ENGINE_UNREACHABLE.remote.absent.what': 'No engine can be found at {{address}}',
    'ENGINE_UNREACHABLE.remote.absent.next':
      'Check the host’s name, and that Docker runs there. Over SSH, the server must allow AllowStreamLocalForwarding or have the docker command.',
    'ENGINE_UNREACHABLE.remote.permission.what': 'The user at {{address}} is not allowed to use Docker',
    'ENGINE_UNREACHABLE.remote.permission.next':
      'On that machine, add the user to the docker group (sudo usermod -aG docker USER), then try again.',
    'ENGINE_UNREACHABLE.remote.refused.what': '{{address}} refused the connection',
    'ENGINE_UNREACHABLE.remote.refused.next':
      'Nothing listens there. Check host and port, and that the machine’s SSH server or engine runs.',
    'ENGINE_VERSION.tooOld.what':
      'The engine at {{address}} is too old: it speaks API {{engineApis}}, Wharf {{wharfApis}}',
    'ENGINE_VERSION.tooOld.next': 'Update Docker {{version}} there to 20.10 (API 1.41) or newer.',
    'ENGINE_VERSION.tooNew.what':
      'The engine at {{address}} is too new: it speaks API {{engineApis}}, Wharf {{wharfApis}}',
    'ENGINE_VERSION.tooNew.next': 'Update Wharf, or use an engine older than {{version}}.',
    'ENGINE_SSH.hostUnknown.what': 'Wharf has never seen {{host}} before',
    'ENGINE_SSH.hostUnknown.next':
      'Its {{keyType}} key has the fingerprint {{fingerprint}}. Compare it with what the machine’s owner tells you; trust it in the list of engines only if it is the same.',
    'ENGINE_SSH.hostChanged.what': 'The key of {{host}} is not the one that is known',
    'ENGINE_SSH.hostChanged.next':
      'Somebody may be in the middle. If the machine was set up anew, remove its old key ({{place}}) and try again. The key shown now: {{keyType}} {{fingerprint}}.',
    'ENGINE_SSH.hostRevoked.what': 'The key of {{host}} was revoked',
    'ENGINE_SSH.hostRevoked.next': 'Do not use this machine. The line that says so: {{place}}.',
    'ENGINE_SSH.login.what': '{{host}} did not let “{{user}}” in',
    'ENGINE_SSH.login.next':
      'Check the user name in the address or in ~/.ssh/config, and that your public key is in that user’s ~/.ssh/authorized_keys.',
    'ENGINE_SSH.keyLocked.what': '{{host}} did not let “{{user}}” in: your SSH key needs its pass phrase',
    'ENGINE_SSH.keyLocked.next': 'Unlock it once for this session (ssh-add), then try again.',
    'ENGINE_SSH.proxy.what': '{{host}} is only reached through a command (ProxyCommand)',
    'ENGINE_SSH.proxy.next':
      'Wharf runs no commands of SSH settings. Where it leads through another machine, write ProxyJump instead, or forward the socket yourself: ssh -L /tmp/docker.sock:/var/run/docker.sock {{host}}, then set DOCKER_HOST=unix:///tmp/docker.sock.',
    'ENGINE_SSH.protocol.what': 'What answers at {{host}} does not speak SSH as Wharf does',
    'ENGINE_SSH.protocol.next': 'Check the port in the address, and that ssh {{host}} works in a terminal.',
    'ENGINE_SSH.jumpAbsent.what': '{{host}} cannot be reached',
    'ENGINE_SSH.jumpAbsent.next':
      'Check its name and port in ~/.ssh/config, and that ssh {{host}} works in a terminal.',
    'ENGINE_SSH.jumpRefused.what': '{{host}} did not pass the connection on to {{place}}',
    'ENGINE_SSH.jumpRefused.next':
      'Check that {{place}} is right and runs an SSH server, and that {{host}} reaches it and allows AllowTcpForwarding.',
    'ENGINE_SSH.jumpLoop.what': 'The jump hosts to {{host}} lead in a circle',
    'ENGINE_SSH.jumpLoop.next': 'In ~/.ssh/config, set ProxyJump none for the machine that is reached directly.',
    'ENGINE_SSH.jump': 'It is a jump host (ProxyJump) on the way to {{target}}.',
    'ENGINE_TLS.untrusted.what': 'The certificate of {{address}} comes from nobody whom Wharf trusts',
    'ENGINE_TLS.untrusted.next':
      'Put the authority that signed it into ca.pem of the Docker context or of DOCKER_CERT_PATH.',
    'ENGINE_TLS.expired.what': 'The certificate of {{address}} has expired',
    'ENGINE_TLS.expired.next': 'Renew it on the engine’s machine. If it is new, check this machine’s clock.',
    'ENGINE_TLS.notYetValid.what': 'The certificate of {{address}} is not valid yet',
    'ENGINE_TLS.notYetValid.next': 'Check the clocks of this machine and of the engine’s.',
    'ENGINE_TLS.wrongName.what': 'The certificate of {{address}} is made out to another name',
    'ENGINE_TLS.wrongName.next': 'Use the name that stands in the certificate, or have one made for this address.',
    'ENGINE_TLS.clientRefused.what': '{{address}} did not accept who we are',
    'ENGINE_TLS.clientRefused.next':
      'The engine asks for a client certificate. Put cert.pem and key.pem beside ca.pem in the Docker context or DOCKER_CERT_PATH.',
    'ENGINE_TLS.files.what': 'The certificates for {{address}} cannot be used',
    'ENGINE_TLS.files.next': 'Check ca.pem, cert.pem and key.pem of the Docker context or of DOCKER_CERT_PATH.',
    'ENGINE_TLS.noTls.what': '{{address}} does not encrypt',
    'ENGINE_TLS.noTls.next': 'Check the port (2376 is the usual one for TLS), or set up TLS on the engine.',
    'ENGINE_TLS.plain.what': 'The connection to {{address}} would not be encrypted',
    'ENGINE_TLS.plain.next':
      'Everybody on the way could take over that machine. Use ssh:// or TLS; in a network that you trust, allow it in the list of engines.',
    'ENGINE_BUSY.what': 'The engine cannot be changed now: work is under way on it',
    'ENGINE_BUSY.next': 'Running: {{taskCount}}. Wait for it or cancel it in Activity, then choose again.',
    'ENGINE_CHOICE_MISSING.what': 'This engine is no longer in the list',
    'ENGINE_CHOICE_MISSING.next': 'Its Docker context was removed. Choose another.',
    'ENGINE_CHANGED.what': 'Nothing was done: another engine is in use by now',
    'ENGINE_CHANGED.next':
      'This was meant for {{meant}}; Wharf now drives {{driven}}. Look again, then repeat it there.',
    'ENGINE_UNREACHABLE.lost.what': 'The connection to {{address}} was lost',
    'ENGINE_UNREACHABLE.lost.next': 'Wharf keeps trying. If it stays away, check that Docker is running.',
    'ENGINE_NOT_ANSWERING.what': 'The engine at {{address}} has not answered for {{seconds}} s',
    'ENGINE_NOT_ANSWERING.next': 'It may be overloaded or stuck. Wait a little, or restart Docker.',
    'ENGINE_REFUSED.what': 'The engine refused (status {{status}})',
    'ENGINE_REFUSED.next': 'Its own words are below. Change what it names, then try again.',
    'DISK_FULL.what': 'The engine’s disk is full',
    'DISK_FULL.next': 'Remove unused images and containers, then try again.',
  },
  ko: {
    'ENGINE_UNREACHABLE.absent.what': '{{address}} 주소에 실행 중인 엔진이 없어요',
    'ENGINE_UNREACHABLE.absent.next': 'Docker를 시작하거나 설치한 다음 다시 시도해 주세요.',
    'ENGINE_UNREACHABLE.permission.what': '{{address}} 주소를 사용할 권한이 없어요',
    'ENGINE_UNREACHABLE.permission.next':
      '내 계정을 docker 그룹에 추가하고(sudo usermod -aG docker $USER) 로그아웃했다가 다시 로그인한 뒤 시도해 주세요.',
    'ENGINE_UNREACHABLE.notAnEngine.what': '{{address}} 주소에서 응답한 것은 Docker 엔진이 아니에요',
    'ENGINE_UNREACHABLE.notAnEngine.next': 'DOCKER_HOST와 현재 Docker 컨텍스트를 확인해 주세요(docker context ls).',
    'ENGINE_UNREACHABLE.refused.what': '{{address}} 주소가 연결을 거부했어요',
    'ENGINE_UNREACHABLE.refused.next': '엔진이 멈춰 있어요. Docker를 시작한 다음 다시 시도해 주세요.',
    'ENGINE_UNREACHABLE.timeout.what': '{{address}} 주소가 제시간에 응답하지 않았어요',
    'ENGINE_UNREACHABLE.timeout.next': '그 컴퓨터가 켜져 있고 주소가 맞는지 확인한 뒤 다시 시도해 주세요.',
    'ENGINE_UNREACHABLE.unsupported.what': '{{address}} 주소는 Wharf가 아는 엔진 주소 형식이 아니에요',
    'ENGINE_UNREACHABLE.unsupported.next':
      'DOCKER_HOST나 Docker 컨텍스트에 unix://, ssh://, tcp://, https:// 주소를 써 주세요.',
    'ENGINE_UNREACHABLE.remote.absent.what': '{{address}} 주소에서 엔진을 찾을 수 없어요',
    'ENGINE_UNREACHABLE.remote.absent.next':
      '호스트 이름이 맞는지, 그곳에서 Docker가 실행 중인지 확인해 주세요. SSH로 연결한다면 서버가 AllowStreamLocalForwarding을 허용하거나 docker 명령이 있어야 해요.',
    'ENGINE_UNREACHABLE.remote.permission.what': '{{address}} 주소의 사용자는 Docker를 쓸 권한이 없어요',
    'ENGINE_UNREACHABLE.remote.permission.next':
      '그 컴퓨터에서 사용자를 docker 그룹에 추가한 다음(sudo usermod -aG docker USER) 다시 시도해 주세요.',
    'ENGINE_UNREACHABLE.remote.refused.what': '{{address}} 주소가 연결을 거부했어요',
    'ENGINE_UNREACHABLE.remote.refused.next':
      '그 주소에서 응답하는 프로그램이 없어요. 호스트와 포트가 맞는지, SSH 서버나 엔진이 실행 중인지 확인해 주세요.',
    'ENGINE_VERSION.tooOld.what':
      '{{address}} 주소의 엔진이 너무 오래됐어요. 엔진의 API는 {{engineApis}}, Wharf의 API는 {{wharfApis}}예요',
    'ENGINE_VERSION.tooOld.next': '그곳의 Docker {{version}}을(를) 20.10(API 1.41) 이상으로 업데이트해 주세요.',
    'ENGINE_VERSION.tooNew.what':
      '{{address}} 주소의 엔진이 너무 새로워요. 엔진의 API는 {{engineApis}}, Wharf의 API는 {{wharfApis}}예요',
    'ENGINE_VERSION.tooNew.next': 'Wharf를 업데이트하거나 {{version}}보다 오래된 엔진을 사용해 주세요.',
    'ENGINE_SSH.hostUnknown.what': '{{host}}에 처음 연결해요',
    'ENGINE_SSH.hostUnknown.next':
      '이 호스트의 {{keyType}} 키 지문은 {{fingerprint}}이에요. 관리자에게 받은 지문과 같은지 확인하고, 같을 때만 엔진 목록에서 신뢰해 주세요.',
    'ENGINE_SSH.hostChanged.what': '{{host}}의 키가 알고 있던 키와 달라요',
    'ENGINE_SSH.hostChanged.next':
      '누군가 중간에서 가로채고 있을 수 있어요. 컴퓨터를 새로 설치했다면 예전 키({{place}})를 지우고 다시 시도해 주세요. 지금 보인 키: {{keyType}} {{fingerprint}}.',
    'ENGINE_SSH.hostRevoked.what': '{{host}}의 키는 폐기됐어요',
    'ENGINE_SSH.hostRevoked.next': '이 컴퓨터를 사용하지 마세요. 폐기했다고 적힌 곳: {{place}}.',
    'ENGINE_SSH.login.what': '{{host}}에 ‘{{user}}’ 사용자로 로그인하지 못했어요',
    'ENGINE_SSH.login.next':
      '주소나 ~/.ssh/config의 사용자 이름이 맞는지, 그 사용자의 ~/.ssh/authorized_keys에 내 공개 키가 있는지 확인해 주세요.',
    'ENGINE_SSH.keyLocked.what': '{{host}}에 ‘{{user}}’ 사용자로 로그인하지 못했어요. SSH 키에 암호가 필요해요',
    'ENGINE_SSH.keyLocked.next': '이번 세션에서 키를 한 번 열어 준 다음(ssh-add) 다시 시도해 주세요.',
    'ENGINE_SSH.proxy.what': '{{host}}에는 명령(ProxyCommand)을 거쳐야만 연결할 수 있어요',
    'ENGINE_SSH.proxy.next':
      'Wharf는 SSH 설정의 명령을 실행하지 않아요. 다른 컴퓨터를 거치는 명령이라면 ProxyJump로 바꾸거나, 소켓을 직접 전달하고(ssh -L /tmp/docker.sock:/var/run/docker.sock {{host}}) DOCKER_HOST=unix:///tmp/docker.sock으로 설정해 주세요.',
    'ENGINE_SSH.protocol.what': '{{host}}에서 응답하는 프로그램과 SSH로 통신하지 못했어요',
    'ENGINE_SSH.protocol.next': '주소의 포트가 맞는지, 터미널에서 ssh {{host}} 명령이 되는지 확인해 주세요.',
    'ENGINE_SSH.jumpAbsent.what': '{{host}}에 연결할 수 없어요',
    'ENGINE_SSH.jumpAbsent.next':
      '~/.ssh/config에 적힌 이름과 포트가 맞는지, 터미널에서 ssh {{host}} 명령이 되는지 확인해 주세요.',
    'ENGINE_SSH.jumpRefused.what': '{{host}}에서 {{place}}(으)로 연결을 넘겨주지 않았어요',
    'ENGINE_SSH.jumpRefused.next':
      '{{place}} 주소가 맞고 SSH 서버가 실행 중인지, {{host}}에서 그곳에 연결할 수 있고 AllowTcpForwarding을 허용하는지 확인해 주세요.',
    'ENGINE_SSH.jumpLoop.what': '{{host}}(으)로 가는 경유 호스트가 서로 맞물려 있어요',
    'ENGINE_SSH.jumpLoop.next': '~/.ssh/config에서 직접 연결하는 컴퓨터에 ProxyJump none을 설정해 주세요.',
    'ENGINE_SSH.jump': '{{target}}(으)로 가는 경유 호스트(ProxyJump)예요.',
    'ENGINE_TLS.untrusted.what': '{{address}} 주소의 인증서를 신뢰할 수 없어요',
    'ENGINE_TLS.untrusted.next':
      '인증서를 발급한 기관의 인증서를 Docker 컨텍스트나 DOCKER_CERT_PATH의 ca.pem에 넣어 주세요.',
    'ENGINE_TLS.expired.what': '{{address}} 주소의 인증서가 만료됐어요',
    'ENGINE_TLS.expired.next':
      '엔진이 있는 컴퓨터에서 인증서를 갱신해 주세요. 새 인증서라면 이 컴퓨터의 시계를 확인해 주세요.',
    'ENGINE_TLS.notYetValid.what': '{{address}} 주소의 인증서는 아직 유효하지 않아요',
    'ENGINE_TLS.notYetValid.next': '이 컴퓨터와 엔진이 있는 컴퓨터의 시계를 확인해 주세요.',
    'ENGINE_TLS.wrongName.what': '{{address}} 주소의 인증서는 다른 이름으로 발급됐어요',
    'ENGINE_TLS.wrongName.next': '인증서에 적힌 이름으로 연결하거나, 이 주소의 인증서를 새로 발급해 주세요.',
    'ENGINE_TLS.clientRefused.what': '{{address}} 주소의 엔진이 클라이언트 인증서를 받아들이지 않았어요',
    'ENGINE_TLS.clientRefused.next':
      'Docker 컨텍스트나 DOCKER_CERT_PATH의 ca.pem 옆에 cert.pem과 key.pem을 넣어 주세요.',
    'ENGINE_TLS.files.what': '{{address}} 주소에 쓸 인증서를 사용할 수 없어요',
    'ENGINE_TLS.files.next': 'Docker 컨텍스트나 DOCKER_CERT_PATH의 ca.pem, cert.pem, key.pem을 확인해 주세요.',
    'ENGINE_TLS.noTls.what': '{{address}} 주소는 암호화를 쓰지 않아요',
    'ENGINE_TLS.noTls.next': '포트를 확인하거나(TLS는 보통 2376번) 엔진에 TLS를 설정해 주세요.',
    'ENGINE_TLS.plain.what': '{{address}} 주소와의 연결은 암호화되지 않아요',
    'ENGINE_TLS.plain.next':
      '중간에 있는 누구나 그 컴퓨터를 장악할 수 있어요. ssh://나 TLS를 사용해 주세요. 믿을 수 있는 네트워크라면 엔진 목록에서 허용할 수 있어요.',
    'ENGINE_BUSY.what': '엔진에서 진행 중인 작업이 있어 지금은 바꿀 수 없어요',
    'ENGINE_BUSY.next': '진행 중: {{taskCount}}개. 끝나기를 기다리거나 활동 화면에서 취소한 다음 다시 골라 주세요.',
    'ENGINE_CHOICE_MISSING.what': '이 엔진은 이제 목록에 없어요',
    'ENGINE_CHOICE_MISSING.next': 'Docker 컨텍스트가 삭제됐어요. 다른 엔진을 골라 주세요.',
    'ENGINE_CHANGED.what': '지금은 다른 엔진을 쓰고 있어서 아무것도 하지 않았어요',
    'ENGINE_CHANGED.next':
      '{{meant}} 주소의 엔진에 하려던 작업인데 지금은 {{driven}} 주소의 엔진을 쓰고 있어요. 다시 확인한 다음 시도해 주세요.',
    'ENGINE_UNREACHABLE.lost.what': '{{address}} 주소와의 연결이 끊겼어요',
    'ENGINE_UNREACHABLE.lost.next': '계속 다시 연결하고 있어요. 돌아오지 않으면 Docker가 실행 중인지 확인해 주세요.',
    'ENGINE_NOT_ANSWERING.what': '{{address}} 주소의 엔진이 {{seconds}}초 동안 응답하지 않았어요',
    'ENGINE_NOT_ANSWERING.next': '바쁘거나 멈춘 상태일 수 있어요. 잠시 기다리거나 Docker를 다시 시작해 주세요.',
    'ENGINE_REFUSED.what': '엔진이 요청을 거부했어요(상태 {{status}})',
    'ENGINE_REFUSED.next': '아래 엔진의 메시지를 보고 고친 다음 다시 시도해 주세요.',
    'DISK_FULL.what': '엔진의 디스크가 가득 찼어요',
    'DISK_FULL.next': '쓰지 않는 이미지와 컨테이너를 삭제한 뒤 다시 시도해 주세요.',
  },
} as const;
