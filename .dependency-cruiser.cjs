// The import levels of STYLE.md section 2. test/gate proves that each rule here turns the check red.

/**
 * Lowest first. A place may import itself and every lower level, never a neighbour of its own
 * level; `why` is what would break otherwise.
 */
const LEVELS = [
  [
    {
      name: 'core',
      path: 'src/core/',
      why: 'Everything stands on core, so core stands on nothing: it stays testable and moves alone.',
    },
  ],
  [
    {
      name: 'model',
      path: 'src/model/',
      why: 'The words of the domain belong to no store and no protocol, so that every level may use them.',
    },
    {
      name: 'settings',
      path: 'src/settings/',
      why: 'A group of settings is a table that config.ts puts together; it knows nothing that it sets.',
    },
  ],
  [
    {
      name: 'billy',
      path: 'src/billy/',
      why: 'The client translates HTTP and nothing else; knowing jobs or CSV would tie it to one caller.',
    },
    {
      name: 'files',
      path: 'src/files/',
      why: 'This folder turns bytes into rows for any resource; knowing one would fork it per resource.',
    },
    {
      name: 'store',
      path: 'src/store/',
      why: 'The store keeps what it is given; knowing Billy or files would mix truth with transport.',
    },
    {
      name: 'queue',
      path: 'src/queue/',
      why: 'A queue only says that a job has work; whatever more it knew would be lost with it.',
    },
    {
      name: 'config',
      path: 'src/config.ts',
      why: 'Settings are parsed before anything exists that could need them.',
    },
  ],
  [
    {
      name: 'resources',
      path: 'src/resources/',
      why: 'A resource declares columns and mappings; knowing jobs would make adding one a change elsewhere.',
    },
    {
      name: 'organizations',
      path: 'src/organizations/',
      why: 'Whose token it is holds for every job and every transport; it must know neither.',
    },
  ],
  [
    {
      name: 'jobs',
      path: 'src/jobs/',
      why: 'The engine runs the same under tools, HTTP and workers; it must not know who asked.',
    },
  ],
  [
    {
      name: 'tools',
      path: 'src/tools/',
      why: 'A tool is a value over the job service; knowing the server would tie it to one protocol.',
    },
    {
      name: 'wiring',
      path: 'src/wiring/',
      why: 'What settings stand for is the same under every root; it must not know which one asks.',
    },
    {
      name: 'notices',
      path: 'src/notices/',
      why: 'What is sent about a job is read from the store; no job waits for its notices or knows them.',
    },
  ],
  [
    {
      name: 'server',
      path: 'src/server/',
      why: 'The server shows tools to the outside; how the process is put together is not its business.',
    },
    {
      name: 'dashboard',
      path: 'src/dashboard/',
      why: 'The page has its own build and speaks to the server over HTTP only.',
    },
    {
      name: 'doctor',
      path: 'src/doctor/',
      why: 'An examination finds the program as it is; importing the root would start its jobs.',
    },
  ],
  [
    {
      name: 'app',
      path: 'src/app.ts',
      why: 'The composition root is built by the commands and by tests; it must not start the process itself.',
    },
  ],
  [
    {
      name: 'cli',
      path: 'src/cli/',
      why: 'A command starts the app and prints; whatever it decided could not be reached over HTTP.',
    },
  ],
];

/** The rooms inside a folder, in the same form; `.` are the files of the folder itself. */
const ROOMS = {
  'src/jobs/': [
    [['job', 'Every stage works on a job; a job knows none of them.']],
    [['filter', "A filter is decided on Billy's records; it knows neither files nor plans."]],
    [['scan', 'The source is judged before Billy is asked for anything.']],
    [['snapshot', "Billy's records are listed in the same way for every stage."]],
    [['export', 'An export reads Billy and writes a file; it plans and sends nothing.']],
    [['plan', 'A plan is made without sending, so that a dry run and a run decide alike.']],
    [['settle', 'Lost answers are judged by what was planned, whichever way they were sent.']],
    [['send', 'Sending carries out a plan; it never takes anything back.']],
    [['rollback', 'A rollback knows how to send; sending knows nothing of rollbacks.']],
    [['engine', 'The engine chooses the stage; no stage chooses another.']],
    [['upload', 'A file arrives before any job is about it.']],
    [['service', 'Callers reach the engine by job/job-runner only, so that both may live apart.']],
    [['front', 'What stands in front of the service shows its face and adds no use-case.']],
    [['admin', 'Managing the server uses the service; no use-case of a job needs it.']],
  ],
  'src/store/': [
    [['ports', 'A port is types over the model, so that it reads alone.']],
    [['.', 'The store as a whole knows no SQL, so that a second database is one folder.']],
    [['sql', 'The queries are shared by every database.']],
    [['sqlite', 'Only this folder knows that the database is a file.']],
  ],
  'src/billy/': [
    [['.', 'The port and its vocabulary are used without HTTP.']],
    [['throttle', 'When a request may leave depends on nothing that it says.']],
    [['http', 'One exchange knows the wire; nobody else does.']],
  ],
  'src/files/': [
    [['disk', 'Paths are judged before anything is read.']],
    [['store', 'A stored file is bytes under a name of an organization, whatever they say.']],
    [['encoding', 'Bytes become text whatever the format.']],
    [['cells', 'Cells are read alike in every format.']],
    ['csv', 'json', 'xlsx'].map((room) => [room, 'A format knows its own syntax and no other.']),
    [['.', 'The face of the folder chooses the format.']],
  ],
  'src/resources/': [
    [['presets', 'The headers of a program are data; they know no code.']],
    [['headers', 'A header is read by the names of columns, whatever a resource makes of them.']],
    [['definition', 'What a resource is holds for all of them.']],
    ['contact', 'product'].map((room) => [room, 'A resource is one folder, and needs no other.']),
    [['invoice', 'An invoice names a customer and products; neither of them names invoices.']],
    [['.', 'The list of resources is the only place that names them all.']],
  ],
  'src/sandbox/': [
    [['world', 'Tables, time and texts are used by every rule.']],
    [['rules', 'A rule declares; it answers no request.']],
    [['faults', 'A fault strikes a request whatever it asks for.']],
    [['seed', 'Made-up records are added before anything is asked.']],
    [['api', 'An answer depends on the request and the tables, not on the network.']],
    [['account', 'The side channel looks at what the API did.']],
    [['http', 'The network side carries answers that are made elsewhere.']],
    [['.', 'The command line starts the whole.']],
  ],
  'src/server/': [
    [['.', 'Changes of jobs are told alike over every transport.']],
    [
      ['mcp', 'The protocol is the same over every transport.'],
      ['live', 'A stream of events knows its caller; signing in is done before.'],
    ],
    [['rest', 'A route is a value over the job service; who calls it was found out before.']],
    [['http', 'Over HTTP a caller signs in first; no other transport knows of that.']],
  ],
};

const escape = (path) => `^${path.replaceAll('.', '\\.')}${path.endsWith('/') ? '' : '$'}`;

const layerRules = LEVELS.flatMap((places, level) =>
  places.map(({ name, path, why }) => ({
    name: `layer-${name}`,
    comment: `${why} Imports point down only, and folders of one level never import each other.`,
    severity: 'error',
    from: { path: escape(path) },
    to: {
      path: '^src/',
      pathNot: [
        path,
        // The sandbox stands beside the levels; a command starts it.
        ...(name === 'cli' ? ['src/sandbox/'] : []),
        ...LEVELS.slice(0, level).flatMap((lower) => lower.map((place) => place.path)),
      ].map(escape),
    },
  })),
);

const roomPattern = (folder, room) => (room === '.' ? `^${folder}[^/]+$` : `^${folder}${room}/`);

// The highest room of a folder may import all others.
const roomRules = Object.entries(ROOMS).flatMap(([folder, levels]) =>
  levels.slice(0, -1).flatMap((rooms, level) =>
    rooms.map(([room, why]) => ({
      name: `room-${folder.split('/')[1]}-${room === '.' ? 'face' : room}`,
      comment: `${why} Imports point down only, and rooms of one level never import each other.`,
      severity: 'error',
      from: { path: roomPattern(folder, room) },
      to: {
        path: `^${folder}`,
        pathNot: [
          room,
          ...levels.slice(0, level).flatMap((lower) => lower.map(([name]) => name)),
        ].map((name) => roomPattern(folder, name)),
      },
    })),
  ),
);

/** A room that no rule names would escape all of them. */
const unknownRooms = Object.entries(ROOMS).map(([folder, levels]) => ({
  name: `every-room-of-${folder.split('/')[1]}-has-a-level`,
  comment: 'A room that is not in the table of rooms would escape every rule about them.',
  severity: 'error',
  from: { path: `^${folder}`, pathNot: levels.flat().map(([room]) => roomPattern(folder, room)) },
  to: {},
}));

/** A package (or module of Node) that only some folders may import; `owners` as paths in src. */
function ownedBy({ name, packages, owners, why }) {
  return {
    name,
    comment: why,
    severity: 'error',
    from: { path: '^src/', pathNot: owners.map(escape) },
    to: { path: `(^|^node:|node_modules/)(@types/)?(${packages.join('|')})(/|$)` },
  };
}

const packageRules = [
  ownedBy({
    name: 'sdk-only-in-server',
    packages: ['@modelcontextprotocol'],
    owners: ['src/server/'],
    why: 'The SDK changes with the protocol; one folder pays for that, and tools stay plain values.',
  }),
  ownedBy({
    name: 'database-only-in-store',
    packages: ['kysely', 'better-sqlite3', 'pg'],
    owners: ['src/store/'],
    why: 'No SQL type passes the JobStore interface, so that a second database is one file.',
  }),
  ownedBy({
    name: 'queue-library-only-in-queue',
    packages: ['bullmq', 'ioredis'],
    owners: ['src/queue/'],
    why: 'Who runs a job next is exchangeable; the libraries behind it stay behind its interface.',
  }),
  ownedBy({
    name: 'promise-queue-only-in-queue-and-throttle',
    packages: ['p-queue'],
    owners: ['src/queue/', 'src/billy/throttle/'],
    why: 'Jobs and requests take turns in one place each, so that nothing else holds work back.',
  }),
  ownedBy({
    name: 'http-client-only-in-billy',
    packages: ['undici', 'bottleneck'],
    // The authorization server is asked for its keys, and webhooks are sent to addresses of the users, never to Billy.
    owners: ['src/billy/', 'src/server/http/issuer.ts', 'src/notices/post-webhook.ts'],
    why: 'One place sends to Billy, so that one throttle counts every request and one factory names every error.',
  }),
  ownedBy({
    name: 'mail-only-in-notices',
    packages: ['nodemailer'],
    owners: ['src/notices/'],
    why: 'One place mails people, so that every mail waits in the outbox and goes to allowed addresses only.',
  }),
  ownedBy({
    name: 'formats-only-in-files',
    packages: ['saxes', 'yauzl', 'yazl'],
    owners: ['src/files/'],
    why: 'What strangers may have written is read in one place, within its bounds; a second parser would have none.',
  }),
  ownedBy({
    name: 'http-only-in-server-and-sandbox',
    packages: ['http', 'https', 'http2'],
    owners: ['src/server/', 'src/sandbox/'],
    why: 'Listening belongs to the server and the sandbox; requests belong to the client of src/billy.',
  }),
];

const callerRules = [
  {
    name: 'callers-ask-the-service',
    comment:
      'Tools and the server ask the job service; what they read past it, every other transport would have to write again.',
    severity: 'error',
    from: { path: '^src/(tools|server)/' },
    to: { path: '^src/(store|files)/' },
  },
];

const sandboxRules = [
  {
    name: 'sandbox-imports-only-core',
    comment:
      'The sandbox is the ground truth of the tests: sharing code with the client would share its mistakes.',
    severity: 'error',
    from: { path: '^src/sandbox/' },
    to: { path: '^src/', pathNot: ['^src/sandbox/', '^src/core/'] },
  },
  {
    name: 'sandbox-imported-only-by-cli',
    comment: 'The product must not come to depend on its own imitation of Billy.',
    severity: 'error',
    from: { path: '^src/', pathNot: ['^src/sandbox/', '^src/cli/', '^src/main\\.ts$'] },
    to: { path: '^src/sandbox/' },
  },
];

const PLACES = [...LEVELS.flat().map((place) => place.path), 'src/main.ts', 'src/sandbox/'];

const generalRules = [
  {
    name: 'every-place-has-a-level',
    comment: 'A folder that is not in the table of levels would escape every rule about them.',
    severity: 'error',
    from: { path: '^src/', pathNot: PLACES.map(escape) },
    to: {},
  },
  {
    name: 'no-circular',
    comment: 'In a circle no file can be read, tested or moved before the others.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file that nothing imports and that imports nothing is left over.',
    severity: 'error',
    from: { path: '^src/', orphan: true, pathNot: '^src/main\\.ts$' },
    to: {},
  },
  {
    name: 'no-dead-source',
    comment: 'Source that only its own test reaches is not part of the program.',
    severity: 'error',
    from: { path: '^(src/main\\.ts$|scripts/)' },
    to: { path: '^src/', pathNot: '^src/main\\.ts$', reachable: false },
  },
  {
    name: 'no-test-code-in-src',
    comment: 'The build holds src alone; tests and scripts are not shipped.',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(test|scripts)/' },
  },
  {
    name: 'no-dev-dependency-in-src',
    comment: 'What is installed for development only is absent where the program runs.',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
  },
  {
    name: 'no-unresolvable',
    comment: 'An import that cannot be found breaks at start, or hides from the rules above.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

const importRules = [...layerRules, ...roomRules, ...unknownRooms, ...packageRules];

module.exports = {
  forbidden: [...importRules, ...callerRules, ...sandboxRules, ...generalRules],
  options: {
    doNotFollow: { path: 'node_modules' },
    // A type import is knowledge too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
