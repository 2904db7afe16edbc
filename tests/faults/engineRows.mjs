// @ts-check

/** @type {import('./table.mjs').Row[]} */
export const engineRows = [
  {
    row: 'socket absent / no permission / not a Docker engine',
    cases: {
      absent: ['service/engineConnect.test.ts › tells an absent socket from one that nobody listens on'],
      'no permission': ['unit/docker/toFailure.test.ts › takes %s for an engine that is %s'],
      'not a Docker engine': [
        'service/engineConnect.test.ts › does not take a web server, or something that speaks no HTTP, for an engine',
        'e2e/failures.test.ts › takes what answers HTML with status %i for an engine, or for nothing at all',
      ],
      'sentence, path, next step': [
        'e2e/failures.test.ts › hides where it looked, why nothing answered, or what to do',
        'page/home.test.tsx › no attempt is kept back: each place is named with what it said',
      ],
      Retry: ['e2e/failures.test.ts › leaves "Try again" dead: a try that hangs goes on instead of a new one'],
    },
  },
  {
    row: 'socket gone for 10 s; dockerd killed and restarted',
    cases: {
      'list kept, greyed, actions off': [
        'service/containersWatch.test.ts › says that rows are old while the engine is gone, and replaces them when it is back',
        'page/containers.test.tsx › rows of an engine that went away cannot be acted on',
      ],
      'after it': [
        'service/containersWatch.test.ts › does not bring a removed container back with the answer to an earlier inspect',
      ],
      'in the window': [
        'e2e/failures.test.ts › empties the table, lets act on old rows, or shows what it held before once the engine is back',
      ],
      'a real dockerd is killed': [
        'engine/engineLoss.test.ts › is called gone when dockerd is killed, keeps its rows, and shows what there is when it is back',
      ],
      'an action meanwhile': [
        'service/containersCalls.test.ts › answers at once with the reason while the engine is gone',
        'e2e/failures.test.ts › removes something while nobody can see what is there',
      ],
    },
  },
  {
    row: 'dockerd stopped (SIGSTOP)',
    cases: {
      'a real dockerd is frozen': [
        'engine/engineLoss.test.ts › is called silent when dockerd is frozen, and ready with fresh rows when it goes on',
      ],
      said: [
        'service/engineLink.test.ts › calls an engine that takes connections and stays silent not answering, and keeps its streams',
        'e2e/failures.test.ts › is silent about an engine that takes requests and answers none',
        'service/containersWatch.test.ts › says that rows are old while the engine is silent',
      ],
      'an action ends with a reason': [
        'service/engineConnect.test.ts › gives up a call that gets no answer, and closes its socket',
      ],
    },
  },
  {
    row: '20 failures in a row',
    cases: {
      'one line a minute': [
        'service/engineLink.test.ts › finds an engine that appears later, and logs one line for 20 failures in a row',
      ],
      'back-off': [
        'service/engineLink.test.ts › waits longer after each failure, up to a limit, and never exactly as long',
      ],
    },
  },
  {
    row: '`/events` ends while `/_ping` works; a storm of events, of every shape',
    cases: {
      'the stream ends': [
        'service/containersWatch.test.ts › lists again when the event stream ends while the engine still answers',
        'service/engineLink.test.ts › does not count a stream that ended as a lost engine while it answers',
      ],
      '500 events, duplicated, reordered, unknown, non-JSON': [
        'service/containersWatch.test.ts › ends right after 500 events that are doubled, out of order, unknown and broken',
      ],
      'an inspect that was cut': [
        'service/containersWatch.test.ts › leaves a row old whose inspect was cut, although events and pings go on',
      ],
      'a list of images that was cut': [
        'service/images.test.ts › stays old for a minute after one list was cut, although the engine answers',
      ],
      'events that were lost': ['service/containersWatch.test.ts › heals with a list what events did not tell'],
      'new shape, Podman': [
        'service/containersWatch.test.ts › understands the events of an engine that speaks 1.52 and of Podman',
        'unit/docker/events.test.ts › reads the shape before API 1.52 and the one since as the same event',
      ],
      'non-JSON': ['unit/docker/ndjson.test.ts › goes on after lines that are no JSON, empty, half, or not UTF-8'],
      '10 MB': ['unit/docker/ndjson.test.ts › skips a line of 300 MB without keeping it, and reads the next'],
      'a real engine, any order': [
        'engine/containerStorm.test.ts › shows after any storm what the engine lists, whoever did what in whichever order',
      ],
    },
  },
  {
    row: 'container created between list and subscribe',
    cases: {
      '': ['service/containersWatch.test.ts › shows a container that was created between subscribing and listing'],
    },
  },
  {
    row: 'API too old or too new',
    cases: {
      'too old': [
        'service/engineConnect.test.ts › refuses an engine that is too old, or of another kind, without naming both versions',
      ],
      negotiated: [
        'service/engineConnect.test.ts › speaks an older version with an old engine, ours with a newer, theirs with one that forgot ours',
        'unit/docker/endpoints.test.ts › speaks with an engine of %s (oldest %s) in %s',
      ],
    },
  },
  {
    row: 'resume from sleep',
    cases: {
      'one re-list, streams reopened': [
        'service/engineLink.test.ts › lists and opens streams again after sleep, once, though the engine answers as if nothing had been',
      ],
    },
  },
  {
    row: 'ssh refused, wrong host key, dropped',
    cases: {
      refused: [
        'engine/sshEngine.test.ts › tells a refused port, a host that leads to no engine, and one behind a proxy apart',
        'engine/sshEngine.test.ts › names the jump host that is not there, lets nobody in or passes nothing on',
        'engine/sshEngine.test.ts › says that the user is not let in, or that the key is locked, rather than that no engine runs',
      ],
      'host key': [
        'engine/sshEngine.test.ts › is refused when its key is another than the known one, also of another kind, or was revoked',
        'engine/sshEngine.test.ts › is reached through its jump hosts, each of which must show a known key',
        'engine/sshEngine.test.ts › is refused while its key is unknown, with the fingerprint to compare, and let in once that is trusted',
      ],
      dropped: ['engine/sshEngine.test.ts › is called lost when the connection drops, and driven again by itself'],
    },
  },
  {
    row: 'TLS wrong CA, expired, wrong name; plain tcp',
    cases: {
      TLS: [
        'engine/tlsEngine.test.ts › is refused for a wrong authority, an expired certificate and a wrong name, even where checks are switched off',
      ],
      'plain tcp': ['engine/tlsEngine.test.ts › is contacted by nobody unless that was allowed for its very address'],
    },
  },
  {
    row: 'engine switched while a delete dialog is open',
    cases: {
      'a call under way': [
        'contract/services.test.ts › removes nothing on the engine in use that a page meant for another one',
      ],
      'a repeated task': [
        'service/engineChoices.test.ts › does not pull the engine away from under a running task, or repeat a failed one on the next engine',
      ],
      container: [
        'page/containers.test.tsx › an engine that is switched while the dialog is open is not the one that loses a container',
      ],
      image: ['page/images.test.tsx › an image is never removed on another engine than the one it was shown for'],
      'the choice of another': [
        'service/engineChoices.test.ts › shows no row of the engine before under the name of the next one',
      ],
      'by itself': ['service/engineLink.test.ts › does not go over to another engine by itself, only when asked'],
      'a clean-up': ['page/transfers.test.tsx › removes nothing on an engine that went away while the dialog was open'],
    },
  },
  {
    row: '500 containers',
    cases: {
      'first list': [
        'service/containersWatch.test.ts › lists 500 containers with one request and completes them behind it',
      ],
      scrolling: ['page/containersMany.test.tsx › 500 rows are not all drawn, and those below can be found'],
      'while nothing happens': [
        'service/stats.test.ts › asks the engine about containers that nobody looks at, or goes on when the page left',
      ],
    },
  },
];
