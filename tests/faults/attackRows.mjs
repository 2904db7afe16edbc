// @ts-check

/** @type {import('./table.mjs').Row[]} */
export const attackRows = [
  {
    row: 'hostile Markdown, maths, SVG, links, HTML',
    cases: {
      'sanitised twice': [
        'component/markdownHtml.test.ts › stays inert: %s',
        'component/markdownHtml.test.ts › does not pass the sieve where a parser lets it through',
      ],
      'a byte at a time': [
        'component/markdownHtml.test.ts › is not even written by the parser, at any moment of its arrival: %s',
      ],
      'HTML as text': ['component/markdownHtml.test.ts › shows HTML as the text it is'],
      maths: ['component/markdownMaths.test.tsx › that are hostile stay inert: %s'],
      'stream, history, title, search, export': [
        'e2e/chat.test.ts › does something: a byte at a time, from history, in a title, a search, a file, the preview of an export',
        'e2e/chat.test.ts › of an imported file does something, or is taken in with ids of its own making',
        'page/chatPage.test.tsx › draws marks and elements that a title, a snippet or a found message holds as text',
      ],
      'remote images off': ['component/markdownHtml.test.ts › names an image and leads to it, without loading it'],
      'links confirm': [
        'page/chatPage.test.tsx › opens a link only after a question that names its host',
        'page/chatPage.test.tsx › shows the real host of a look-alike',
      ],
      'outside links': ['unit/outsideLink.test.ts › is opened: %s'],
      'no network, no script': [
        'e2e/security.test.ts › allows the page %s',
        'e2e/security.test.ts › runs scripts that were written into the page',
        'e2e/security.test.ts › navigates the window away to %s',
        'e2e/security.test.ts › opens windows for the page',
      ],
    },
  },
  {
    row: 'hostile labels, names, env, tags, image metadata',
    cases: {
      'names and tags': ['page/hostileNames.test.tsx › a stranger’s name or tag is markup on %s'],
      'copied commands': [
        'unit/containerForms.test.ts › takes a command line apart into the words that it was made of, whatever they are',
        'unit/answerParts.test.ts › runs what a model or a person wrote in the shell, or sends another body',
      ],
      shown: [
        'page/containerDetail.test.tsx › a label, command or mount of a stranger is not markup',
        'e2e/containerDetail.test.ts › shows a secret unasked, or runs what stands in a variable',
      ],
    },
  },
  {
    row: 'the page itself, taken over',
    cases: {
      'sender check': [
        'e2e/security.test.ts › hands a port to a frame inside the page',
        'e2e/security.test.ts › is told by main not to be our page and gets a port all the same',
      ],
      cage: [
        'e2e/security.test.ts › gives the page Node or Electron',
        'e2e/security.test.ts › runs without a web preference that keeps the page apart',
      ],
      files: [
        'unit/fileGrants.test.ts › takes any name for a grant',
        'unit/fileGrants.test.ts › uses one pick twice',
        'unit/fileGrants.test.ts › writes to a file that was picked to be read',
      ],
      defects: ['contract/wire.test.ts › never leaks %s: the page gets a log id, the log gets the stack'],
    },
  },
  {
    row: 'hostile page against the web host',
    cases: {
      'no session': ['web/attack.test.ts › %s answers with something else than 401'],
      'upgrade without session': ['web/attack.test.ts › a web socket opens with %s'],
      'other origin, rebinding, other site': [
        'web/attack.test.ts › %s is answered on a route or an upgrade',
        'web/attack.test.ts › a web socket opens without an origin',
      ],
      'simple POST': ['web/attack.test.ts › a form can send a file, or a name can leave the folder'],
      'beyond this machine': ['web/attack.test.ts › serves %s'],
      'token guessing': [
        'web/attack.test.ts › a launch link works twice',
        'web/attack.test.ts › tokens can be guessed for ever',
      ],
      'a real browser': [
        'web/attack.test.ts › reads, posts, frames or opens a socket with the session that this browser has',
      ],
      'another port of this machine': [
        'web/attack.test.ts › the cookie counts when another port of this machine added one of the same name',
      ],
      floods: [
        'web/attack.test.ts › a frame larger than any call is taken',
        'web/attack.test.ts › connections without end are taken, or their end does not free the host',
      ],
    },
  },
  {
    row: 'hostile page against the api-image port',
    cases: {
      'cross-site POST': [
        'container/test_attack.py › test_page_of_another_site_can_post',
        'image/test_edge.py › test_simple_cross_site_post_is_parsed',
        'image/test_edge.py › test_page_of_another_origin_may_ask',
      ],
      'foreign Host': ['image/test_edge.py › test_page_reaches_the_server_by_rebinding_its_own_name'],
      '1 GB body': [
        'container/test_attack.py › test_body_of_a_gigabyte_is_taken',
        'image/test_edge.py › test_body_over_the_limit_is_read_into_memory',
      ],
      'slow bodies': [
        'container/test_attack.py › test_hundred_slow_bodies_keep_others_out',
        'image/test_edge.py › test_half_sent_body_holds_the_connection',
      ],
      '1,000 connections': [
        'container/test_attack.py › test_thousand_silent_connections_keep_others_out',
        'image/test_edge.py › test_silent_connections_keep_others_out',
      ],
    },
  },
  {
    row: 'release build: run-as-node, NODE_OPTIONS, debuggers, replaced archive, `--no-sandbox`',
    cases: {
      'run-as-node': ['package/package.test.ts › runs as Node where ELECTRON_RUN_AS_NODE says so'],
      NODE_OPTIONS: ['package/package.test.ts › runs what NODE_OPTIONS names'],
      'inspector, debugging port': ['package/package.test.ts › listens, for debuggers or at all'],
      'replaced archive': [
        'package/package.test.ts › lets a changed archive go unseen by the package tools',
        'package/package.test.ts › runs a folder beside the archive, which whoever can write there would put',
      ],
      sandbox: [
        'package/package.test.ts › runs its page without the sandbox',
        'package/package.test.ts › says nothing where it was started without its sandbox, and shows something other than the page',
        'page/frame.test.tsx › a window without a sandbox does not look like one with it',
      ],
    },
  },
  {
    row: 'secrets in env',
    cases: {
      'the page': ['unit/hideSecrets.test.ts › holds a secret anywhere'],
      'what is recorded': ['service/containersCalls.test.ts › records what was run without the values of secrets'],
      'keys of services': [
        'service/answers.test.ts › can be read by the page, by a log, by the inspector or by another person of the machine',
      ],
      'what a service says back': ['unit/answerParts.test.ts › makes the key known that was sent along'],
      'a build': [
        'service/builds.test.ts › sends no secret to where it could be seen: not in the command, not as an ordinary argument',
        'engine/builds.test.ts › leaves proxies with their passwords out of the image and its history',
      ],
    },
  },
  {
    row: 'created containers',
    cases: {
      'on a real engine': [
        'engine/containers.test.ts › is reached from elsewhere, may do more than it needs, or grows without limit',
      ],
      asked: ['service/containersCalls.test.ts › publishes on loopback only, with everything dropped and limited'],
      'as root only where asked': [
        'unit/containerForms.test.ts › does not run as root an image that names no user, unless that was asked for',
      ],
      'the bundled image': [
        'container/test_image.py › test_process_is_root_or_can_write',
        'container/test_image.py › test_hardened_container_does_not_answer_as_the_lesson',
      ],
    },
  },
];
