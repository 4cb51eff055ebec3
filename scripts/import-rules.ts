/** The domain. */
const DOMAIN = ['src/completion/', 'src/util/']
/** Who uses the server, and how much they may. */
const PLATFORM = ['src/accounts/', 'src/limits/']
const STATE_SETTINGS = ['src/state/settings.ts', 'src/state/state-location.ts', 'src/state/state-error.ts']
/** The settings of the folders, which the configuration is made of. */
const SETTINGS = [
  ...STATE_SETTINGS,
  'src/accounts/settings.ts',
  'src/limits/settings.ts',
  'src/usage/settings.ts',
  'src/batches/settings.ts',
  'src/files/settings.ts',
  'src/skills/settings.ts',
  'src/usage/price-settings.ts',
  'src/usage/price.ts',
  'src/recordings/settings.ts',
  'src/faults/',
]

/**
 * The folders from the top down, each with the folders and files below it that it may import. An entry is a folder or a
 * single file; a file belongs to the innermost entry. A folder may always import from itself. Type imports count like all
 * others.
 */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': ['src/cli/', 'src/engines/llama/supervision/engine-child.ts', 'src/util/'],
  'src/cli/': [
    'src/open-continuo.ts',
    'src/http/',
    'src/config/',
    'src/engines/llama/find-llama-build.ts',
    'src/engines/llama/settings.ts',
    'src/wire/',
    'src/accounts/',
    'src/usage/',
    'src/state/',
    'src/model-files/',
    'src/recordings/',
    ...DOMAIN,
  ],
  'src/open-continuo.ts': [
    'src/compose/',
    'src/config/',
    'src/serving/',
    'src/state/state-error.ts',
    'src/engines/llama/protocol/',
    'src/model-files/',
    'src/http/server/',
    ...DOMAIN,
  ],
  'src/compose/': [
    'src/http/',
    'src/metrics/',
    'src/logging/',
    'src/config/',
    'src/serving/',
    'src/conversation/',
    'src/usage/',
    'src/batches/',
    'src/files/',
    'src/skills/',
    ...PLATFORM,
    'src/state/',
    'src/engines/llama/llama-engine.ts',
    'src/engines/llama/on-demand-engine.ts',
    'src/engines/llama/loaded-models.ts',
    'src/engines/llama/protocol/',
    'src/engines/upstream/upstream-engine.ts',
    'src/recordings/',
    'src/faults/',
    'src/wire/',
    'src/models/',
    'src/model-files/',
    ...DOMAIN,
  ],
  'src/http/': [
    'src/wire/',
    'src/serving/',
    'src/conversation/',
    ...PLATFORM,
    'src/usage/',
    'src/batches/',
    'src/files/',
    'src/prompts/',
    'src/skills/',
    'src/models/',
    'src/state/state-error.ts',
    'src/recordings/',
    'src/faults/',
    ...DOMAIN,
  ],
  'src/config/': [
    'src/logging/',
    'src/engines/llama/settings.ts',
    'src/engines/upstream/dialects/',
    ...SETTINGS,
    'src/wire/',
    'src/conversation/',
    'src/models/',
    'src/model-files/',
    'src/util/',
  ],
  'src/wire/': [
    'src/conversation/',
    ...PLATFORM,
    'src/usage/',
    'src/batches/',
    'src/files/',
    'src/prompts/',
    'src/skills/',
    'src/models/',
    'src/recordings/',
    'src/faults/',
    ...DOMAIN,
  ],
  'src/serving/': ['src/conversation/', 'src/usage/', ...DOMAIN],
  'src/conversation/': DOMAIN,
  'src/models/': ['src/completion/'],
  'src/model-files/': DOMAIN,

  // The server's side of the llama engine: these load no native code.
  'src/engines/llama/': [
    'src/engines/llama/chat/',
    'src/engines/llama/output-parsing/',
    'src/engines/llama/supervision/',
    'src/engines/llama/protocol/',
    'src/engines/llama/settings.ts',
    ...DOMAIN,
  ],
  'src/engines/llama/chat/': [
    'src/engines/llama/output-parsing/',
    'src/engines/llama/protocol/',
    'src/engines/llama/settings.ts',
    ...DOMAIN,
  ],
  'src/engines/llama/output-parsing/': ['src/engines/llama/grammar/', ...DOMAIN],
  'src/engines/llama/supervision/': [
    'src/engines/llama/protocol/',
    'src/engines/llama/settings.ts',
    'src/engines/llama/auto-values.ts',
    ...DOMAIN,
  ],

  // Its process. Both sides import the protocol.
  'src/engines/llama/process/': [
    'src/engines/llama/scheduling/',
    'src/engines/llama/tuning/',
    'src/engines/llama/decoding/',
    'src/engines/llama/llama-cpp/',
    'src/engines/llama/grammar/',
    'src/engines/llama/protocol/',
    'src/engines/llama/settings.ts',
    'src/completion/',
    'src/util/',
  ],
  'src/engines/llama/scheduling/': [
    'src/engines/llama/protocol/draft-counts.ts',
    'src/engines/llama/decoding/',
    'src/engines/llama/sampling/',
    'src/engines/llama/llama-cpp/',
    'src/engines/llama/grammar/',
    'src/completion/',
  ],
  'src/engines/llama/tuning/': [
    'src/engines/llama/decoding/',
    'src/engines/llama/llama-cpp/',
    'src/engines/llama/settings.ts',
    'src/engines/llama/auto-values.ts',
    ...DOMAIN,
  ],
  'src/engines/llama/decoding/': [
    'src/engines/llama/sampling/',
    'src/engines/llama/llama-cpp/',
    'src/engines/llama/grammar/',
    'src/completion/',
    'src/util/',
  ],
  'src/engines/llama/sampling/': [
    'src/engines/llama/llama-cpp/',
    'src/engines/llama/grammar/',
    'src/completion/',
  ],
  'src/engines/llama/find-llama-build.ts': ['src/completion/'],
  'src/engines/llama/llama-cpp/': [
    'src/engines/llama/find-llama-build.ts',
    'src/model-files/',
    'src/engines/llama/settings.ts',
    'src/completion/',
  ],

  'src/engines/llama/protocol/': ['src/engines/llama/grammar/', 'src/engines/llama/settings.ts', ...DOMAIN],
  'src/engines/llama/grammar/': ['src/util/'],
  'src/engines/llama/settings.ts': ['src/engines/llama/auto-values.ts'],
  // Apart from the schemas, so that the engine's process does not load their library.
  'src/engines/llama/auto-values.ts': [],

  'src/engines/upstream/': [
    'src/engines/upstream/dialects/',
    'src/engines/upstream/decoding/',
    'src/engines/upstream/transport/',
    ...DOMAIN,
  ],
  'src/engines/upstream/dialects/': [
    'src/engines/upstream/decoding/',
    'src/engines/upstream/transport/',
    ...DOMAIN,
  ],
  'src/engines/upstream/decoding/': ['src/engines/upstream/transport/', ...DOMAIN],
  'src/engines/upstream/transport/': DOMAIN,

  'src/logging/': ['src/util/'],
  'src/metrics/': ['src/usage/'],
  'src/accounts/': ['src/state/', ...DOMAIN],
  'src/limits/': ['src/accounts/', 'src/state/', 'src/completion/'],
  'src/usage/': ['src/state/', ...DOMAIN],
  'src/batches/': ['src/usage/', 'src/state/', ...DOMAIN],
  'src/files/': ['src/state/', ...DOMAIN],
  'src/recordings/': DOMAIN,
  'src/prompts/': ['src/state/', 'src/util/'],
  'src/skills/': ['src/files/', 'src/state/', ...DOMAIN],
  'src/faults/': DOMAIN,
  'src/completion/': ['src/util/'],
  'src/state/': ['src/util/'],
  'src/util/': [],
  'client/src/': [],
  'testing/src/': [],
  'console/src/': [],
}

/**
 * A folder whose folders are siblings: each stands for itself, and what several need is directly in the folder, or in these
 * files.
 */
export const SIBLINGS = {
  folder: 'src/wire/',
  shared: ['src/wire/admin/list-body.ts', 'src/wire/admin/read-query.ts'],
}

/** The folders with SQL: `state/` has the databases, the others the queries of their tables. */
const SQL_FOLDERS = [
  'src/state/',
  'src/accounts/',
  'src/limits/',
  'src/usage/',
  'src/batches/',
  'src/files/',
  'src/prompts/',
  'src/skills/',
]

/** The folders that call C. */
const NATIVE_FOLDERS = [
  'src/engines/llama/llama-cpp/',
  'src/engines/llama/decoding/',
  'src/engines/llama/sampling/',
  'src/engines/llama/process/',
]

/** Packages that few folders import, so that only these change with them; an empty list: none may. */
export const PACKAGE_HOLDERS: readonly { readonly package: RegExp; readonly folders: readonly string[] }[] = [
  { package: /^koffi(\/|$)/, folders: NATIVE_FOLDERS },
  { package: /^@node-llama-cpp\//, folders: ['src/engines/llama/llama-cpp/'] },
  { package: /^node-llama-cpp(\/|$)/, folders: [] },
  { package: /^undici(\/|$)/, folders: ['src/engines/upstream/', 'src/files/'] },
  { package: /^s3mini(\/|$)/, folders: ['src/files/'] },
  { package: /^pino(-.+)?(\/|$)/, folders: ['src/logging/'] },
  { package: /^prom-client(\/|$)/, folders: ['src/metrics/'] },
  { package: /^eventsource-parser(\/|$)/, folders: ['src/engines/upstream/', 'console/src/'] },
  { package: /^kysely(\/|$)/, folders: SQL_FOLDERS },
  { package: /^@fastify\/busboy(\/|$)/, folders: ['src/http/'] },
  { package: /^unpdf(\/|$)/, folders: ['src/files/'] },
  { package: /^(yaml|yauzl|yazl)(\/|$)/, folders: ['src/skills/'] },
  { package: /^pg(-.+)?(\/|$)/, folders: ['src/state/'] },
  { package: /^node:sqlite$/, folders: ['src/state/'] },
  { package: /^(@?preact)(\/|$)/, folders: ['console/src/'] },
  { package: /^continuo(-client)?(\/|$)/, folders: ['testing/src/'] },
]

/** The client runs in browsers and has no dependencies. */
export const WITHOUT_PACKAGES: readonly string[] = ['client/src/']
