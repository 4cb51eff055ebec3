/** What the greeting shows of a server. */
export interface GreetedServer {
  readonly url: string
  /** Descriptions of the engines by name. */
  readonly engines: ReadonlyMap<string, { readonly description: string }>
  /** Where the state is kept; null for a server without one. */
  readonly stateName: string | null
  /** The path of the link by which the first admin key is created; null for none. */
  readonly setUpPath: string | null
  readonly requiresKey: boolean
}

/** The text that a server prints once it is ready: its address, its engines, its state, and a command to try. */
export function greeting({ url, engines, stateName, setUpPath, requiresKey }: GreetedServer): string {
  // A key itself is never printed: terminals and logs of services are read by others. A link works once.
  const key = requiresKey ? '$CONTINUO_API_KEY' : 'any'
  return [
    `Continuo listens on ${url}`,
    ...[...engines].map(([name, { description }]) => `  ${name}: ${description}`),
    ...(stateName === null ? [] : [`  state: ${stateName}`]),
    ...(setUpPath === null
      ? []
      : [`  to create the first admin key, open this link once, within an hour: ${url}${setUpPath}`]),
    'Try it:',
    '',
    `curl ${url}/v1/complete \\`,
    `  -H "x-api-key: ${key}" -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\`,
    `  -d '{"model":"claude-2.1","max_tokens_to_sample":64,"prompt":"\\n\\nHuman: What is 17 + 25?\\n\\nAssistant:"}'`,
    '',
    '',
  ].join('\n')
}
