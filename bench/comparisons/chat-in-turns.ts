import type { LoadTarget } from '../load/load-job.ts'
import type { ChatContender } from '../peers/chat-contender.ts'

const TURNS = 10

/** Asks ten times, each time with all that was said before, and returns the speed of all turns together. */
export async function chatInTurns(
  contender: ChatContender,
  topic: string,
  maxTokens: number,
): Promise<{ tokensPerSecond: number }> {
  const turns: string[] = []
  let tokens = 0
  const startedMs = performance.now()
  for (let turn = 0; turn < TURNS; turn++) {
    turns.push(turn === 0 ? `Tell me about these words: ${topic}.` : `Tell me more about number ${turn}.`)
    const target = contender.target([{ system: 'You are helpful.', turns }], maxTokens, 'likeliest', false)
    const { json, text } = await post(target)
    tokens += numberAfter(text, target.tokensMarker ?? '')
    // No server takes an empty turn.
    turns.push(contender.textOf(json).trim() || 'Yes.')
  }
  return { tokensPerSecond: (tokens * 1000) / (performance.now() - startedMs) }
}

async function post({ port, path, headers, bodies }: LoadTarget): Promise<{ json: unknown; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: bodies[0] ?? '',
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: status ${response.status}: ${text.slice(0, 200)}`)
  return { json: JSON.parse(text), text }
}

function numberAfter(text: string, marker: string): number {
  const at = text.lastIndexOf(marker)
  return at === -1 ? 0 : Number.parseInt(text.slice(at + marker.length), 10)
}
