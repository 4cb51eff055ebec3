/** Longer than every title. */
const TITLE_WIDTH = 10

/** What the greeting shows of an engine. */
export interface GreetedEngine {
  /** The id to ask for. */
  readonly modelId: string
  readonly description: string
  readonly details: readonly { readonly title: string; readonly text: string }[]
}

/** What the greeting shows of a server. */
export interface GreetedServer {
  readonly url: string
  /** By name. */
  readonly engines: ReadonlyMap<string, GreetedEngine>
  /** Where the state is kept; null for a server without one. */
  readonly stateName: string | null
  /** The path of the link by which the first admin key is created; null for none. */
  readonly setUpPath: string | null
  readonly requiresKey: boolean
  /** The commands to try; null for a request by curl. */
  readonly commands?: readonly string[] | null
}

/** The text that a server prints once it is ready: its address, its engines, its state, its console, and a command to try. */
export function greeting(server: GreetedServer): string {
  const { url, engines, stateName, setUpPath } = server
  return [
    `Continuo listens on ${url}`,
    ...[...engines].flatMap(([name, engine]) => engineLines(name, engine)),
    ...(stateName === null ? [] : [`  state: ${stateName}`]),
    ...(setUpPath === null
      ? []
      : [`  to create the first admin key, open this link once, within an hour: ${url}${setUpPath}`]),
    `  console: ${url}/console`,
    'Try it:',
    '',
    ...(server.commands ?? curlCommand(server)),
    '',
    '',
  ].join('\n')
}

function curlCommand({ url, requiresKey }: GreetedServer): readonly string[] {
  // A key itself is never printed: terminals and logs of services are read by others. A link works once.
  const key = requiresKey ? '$CONTINUO_API_KEY' : 'any'
  return [
    `curl ${url}/v1/complete \\`,
    `  -H "x-api-key: ${key}" -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\`,
    `  -d '{"model":"claude-2.1","max_tokens_to_sample":64,"prompt":"\\n\\nHuman: What is 17 + 25?\\n\\nAssistant:"}'`,
  ]
}

function engineLines(name: string, { modelId, description, details }: GreetedEngine): string[] {
  return [
    `  ${name}: ${description}`,
    line('model id', modelId),
    ...details.map(({ title, text }) => line(title, text)),
  ]
}

function line(title: string, text: string): string {
  return `    ${title.padEnd(TITLE_WIDTH)}${text}`
}
