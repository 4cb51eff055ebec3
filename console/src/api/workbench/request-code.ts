import type { PromptRequest } from './prompt-request.ts'

/** Languages in which a request can be copied. */
export type CodeLanguage = 'curl' | 'python' | 'typescript' | 'oldPython' | 'oldTypescript'

/** What can be copied for a request: clients before 2023-06 know Text Completions alone. */
export function codeLanguages(path: PromptRequest['path']): readonly (readonly [CodeLanguage, string])[] {
  const current = [
    ['curl', 'curl'],
    ['python', 'Python'],
    ['typescript', 'TypeScript'],
  ] as const
  if (path === '/v1/messages') return current
  return [...current, ['oldPython', 'Python, SDK 0.2'], ['oldTypescript', 'TypeScript, SDK 0.4']]
}

/** A program that sends the request to the server at this address. */
export function requestCode(language: CodeLanguage, request: PromptRequest, origin: string): string {
  const isMessages = request.path === '/v1/messages'
  switch (language) {
    case 'curl':
      return curlCode(request, origin)
    case 'python':
      return isMessages ? pythonMessages(request, origin) : pythonComplete(request, origin)
    case 'typescript':
      return isMessages ? typescriptMessages(request, origin) : typescriptComplete(request, origin)
    case 'oldPython':
      return oldPython(request, origin)
    case 'oldTypescript':
      return oldTypescript(request, origin)
  }
}

function curlCode({ path, body }: PromptRequest, origin: string): string {
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''")
  return `curl ${origin}${path} \\
  -H "x-api-key: $ANTHROPIC_API_KEY" \\
  -H 'anthropic-version: 2023-06-01' \\
  -H 'content-type: application/json' \\
  -d '${json}'
`
}

function pythonMessages({ body }: PromptRequest, origin: string): string {
  return `import anthropic

# pip install anthropic; the key is read from ANTHROPIC_API_KEY
client = anthropic.Anthropic(base_url=${pythonValue(origin, '')})
with client.messages.stream(
${pythonArguments(body)}
) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
`
}

function pythonComplete({ body }: PromptRequest, origin: string): string {
  return `import anthropic

# pip install "anthropic<1"; the key is read from ANTHROPIC_API_KEY
client = anthropic.Anthropic(base_url=${pythonValue(origin, '')})
stream = client.completions.create(
${pythonArguments({ ...body, stream: true })}
)
for event in stream:
    print(event.completion, end="", flush=True)
`
}

function oldPython({ body }: PromptRequest, origin: string): string {
  return `import os
import anthropic

# pip install "anthropic<0.3"; each piece holds the whole text so far
client = anthropic.Client(os.environ["ANTHROPIC_API_KEY"], api_url=${pythonValue(origin, '')})
for piece in client.completion_stream(
${pythonArguments({ stop_sequences: ['\n\nHuman:'], ...body })}
):
    print(piece["completion"])
`
}

function typescriptMessages({ body }: PromptRequest, origin: string): string {
  return `import Anthropic from '@anthropic-ai/sdk'

// npm install @anthropic-ai/sdk; the key is read from ANTHROPIC_API_KEY
const client = new Anthropic({ baseURL: ${scriptValue(origin)} })
const stream = client.messages.stream(${JSON.stringify(body, null, 2)})
stream.on('text', (text) => process.stdout.write(text))
await stream.finalMessage()
`
}

function typescriptComplete({ body }: PromptRequest, origin: string): string {
  return `import Anthropic from '@anthropic-ai/sdk'

// npm install @anthropic-ai/sdk@0.137.0; the key is read from ANTHROPIC_API_KEY
const client = new Anthropic({ baseURL: ${scriptValue(origin)} })
const stream = await client.completions.create(${JSON.stringify({ ...body, stream: true }, null, 2)})
for await (const { completion } of stream) process.stdout.write(completion)
`
}

function oldTypescript({ body }: PromptRequest, origin: string): string {
  return `import { Client } from '@anthropic-ai/sdk'

// npm install @anthropic-ai/sdk@0.4.4; each update holds the whole text so far
const client = new Client(process.env.ANTHROPIC_API_KEY, { apiUrl: ${scriptValue(origin)} })
const { completion } = await client.completeStream(
  ${JSON.stringify({ stop_sequences: ['\n\nHuman:'], ...body }, null, 2).replaceAll('\n', '\n  ')},
  { onUpdate: ({ completion }) => console.log(completion) },
)
`
}

function pythonArguments(body: PromptRequest['body']): string {
  return Object.entries(body)
    .map(([name, value]) => `    ${name}=${pythonValue(value, '    ')},`)
    .join('\n')
}

/** A JSON value as Python writes it. JSON's text is Python's but for the characters beyond its plane, which stay raw. */
function pythonValue(value: unknown, indent: string): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value !== 'object') return JSON.stringify(value)
  const inner = `${indent}    `
  const members = Array.isArray(value)
    ? value.map((item) => pythonValue(item, inner))
    : Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${pythonValue(member, inner)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (members.length === 0) return open + close
  return `${open}\n${members.map((member) => `${inner}${member},\n`).join('')}${indent}${close}`
}

function scriptValue(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
