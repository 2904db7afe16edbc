import { defineTexts } from '../../../lib/i18n';

/** Words of the run form's protection, and what each safe default protects from. */
export const safetyTexts = defineTexts('runSafety', {
  en: {
    safety: 'Protection',
    allOn: 'everything on',
    someOff_one: '{{count}} switched off',
    someOff_other: '{{count}} switched off',
    'safety.nonRoot': 'Not as root',
    'risk.nonRoot':
      'Off: whoever breaks out of the service is root inside, one flaw in the kernel away from your machine.',
    'safety.noNewPrivileges': 'No new privileges',
    'risk.noNewPrivileges': 'Off: programs like sudo can make the process more powerful than it was started.',
    'safety.dropCapabilities': 'No capabilities',
    'risk.dropCapabilities':
      'Off: it can change owners of files, open raw sockets and more. Some images need that to start.',
    'safety.readOnlyRoot': 'Read-only file system',
    'risk.readOnlyRoot': 'Off: an attacker can put programs into the container that stay until it is removed.',
    'safety.limitProcesses': 'At most 512 processes',
    'risk.limitProcesses': 'Off: a fork bomb inside can bring the whole machine to a halt.',
    'safety.rotateLogs': 'Logs of at most 3 × 10 MB',
    'risk.rotateLogs': 'Off: a chatty service can fill the disk.',
    'safety.init': 'An init process',
    'risk.init': 'Off: ended child processes can pile up, and stopping may take the full ten seconds.',
    writablePaths: 'Writable paths, in memory',
    writableBad: 'Absolute paths, separated by commas.',
    always: 'Always: the label app.wharf.managed, so that Wharf knows its own.',
  },
  ko: {
    safety: '보호',
    allOn: '모두 켜짐',
    someOff_other: '{{count}}개 꺼짐',
    'safety.nonRoot': 'root로 실행하지 않기',
    'risk.nonRoot': '끄면: 서비스를 뚫은 사람이 안에서 root가 되고, 커널 결함 하나면 이 컴퓨터까지 올 수 있어요.',
    'safety.noNewPrivileges': '새 권한 얻지 못하게 하기',
    'risk.noNewPrivileges': '끄면: sudo 같은 프로그램으로 처음보다 더 큰 권한을 얻을 수 있어요.',
    'safety.dropCapabilities': '추가 권한 모두 빼기',
    'risk.dropCapabilities':
      '끄면: 파일 소유자를 바꾸거나 원시 소켓을 여는 일 등을 할 수 있어요. 이것이 있어야 시작하는 이미지도 있어요.',
    'safety.readOnlyRoot': '읽기 전용 파일 시스템',
    'risk.readOnlyRoot': '끄면: 공격자가 심은 프로그램이 컨테이너를 삭제할 때까지 남아요.',
    'safety.limitProcesses': '프로세스 최대 512개',
    'risk.limitProcesses': '끄면: 안에서 프로세스를 끝없이 만들어 이 컴퓨터 전체를 멈추게 할 수 있어요.',
    'safety.rotateLogs': '로그 최대 10MB 3개',
    'risk.rotateLogs': '끄면: 로그가 많은 서비스가 디스크를 가득 채울 수 있어요.',
    'safety.init': '초기화 프로세스',
    'risk.init': '끄면: 끝난 자식 프로세스가 쌓이고, 중지할 때 10초를 다 기다릴 수 있어요.',
    writablePaths: '쓸 수 있는 경로(메모리에 저장)',
    writableBad: '절대 경로를 쉼표로 나눠 입력해 주세요.',
    always: '항상: Wharf가 만든 것을 알아보도록 app.wharf.managed 레이블을 붙여요.',
  },
});
