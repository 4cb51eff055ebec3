/** What the greeting shows of a server. */
export interface GreetedServer {
  readonly url: string
  /** Descriptions of the engines by name. */
  readonly engines: ReadonlyMap<string, { readonly description: string }>
  readonly requiresKey: boolean
}

/** The text that a server prints once it is ready: its address, its engines, and a command to try. */
export function greeting({ url, engines, requiresKey }: GreetedServer): string {
  // A key itself is never printed: terminals and logs of services are read by others.
  const key = requiresKey ? '$CONTINUO_API_KEY' : 'any'
  return [
    `Continuo listens on ${url}`,
    ...[...engines].map(([name, { description }]) => `  ${name}: ${description}`),
    'Try it:',
    '',
    `curl ${url}/v1/complete \\`,
    `  -H "x-api-key: ${key}" -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\`,
    `  -d '{"model":"claude-2.1","max_tokens_to_sample":64,"prompt":"\\n\\nHuman: What is 17 + 25?\\n\\nAssistant:"}'`,
    '',
    '',
  ].join('\n')
}
