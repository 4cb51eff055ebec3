/** One server-sent event, read by the rules of the format. */
export interface ReadEvent {
  /** Null where the event had no name. */
  readonly name: string | null
  readonly data: string
}

/** The events of a complete body. Text after the last blank line is an error. */
export function readEvents(body: string): ReadEvent[] {
  const blocks = body.split(/\r\n\r\n|\n\n/)
  if (blocks.pop() !== '') throw new Error('the last event lacks its blank line')
  return blocks.map((block) => {
    let name: string | null = null
    let data = ''
    for (const line of block.split(/\r\n|\n/)) {
      if (line.startsWith('event: ')) name = line.slice(7)
      else if (line.startsWith('data: ')) data += line.slice(6)
      else throw new Error(`unexpected line in an event: ${line}`)
    }
    return { name, data }
  })
}

/** The bodies of the completion events. */
export function completionEvents(events: readonly ReadEvent[]): Record<string, unknown>[] {
  return events.filter(({ name }) => name === 'completion').map(({ data }) => JSON.parse(data))
}

/** The whole text of a stream of completion events. */
export function joinedText(events: readonly ReadEvent[]): string {
  return completionEvents(events)
    .map((event) => event.completion)
    .join('')
}

/** The text of a response; `onText` gets what has arrived so far, whenever more arrives. */
export async function textOf(response: Response, onText: (text: string) => void): Promise<string> {
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    onText(text)
  }
  return text
}
