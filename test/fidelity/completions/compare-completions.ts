import { execFileSync, type StdioOptions } from 'node:child_process'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RealServer } from '../../servers/real-server.ts'
import { RunningContinuo } from '../../servers/running-continuo.ts'
import { llamaServerCommand } from '../../servers/server-commands.ts'
import { COMPARED_PROMPTS, type ComparedPrompt, HAS_CONTROL_TEXT } from './compared-prompts.ts'

const CONTEXT_TOKENS = 2048
const MAX_TOKENS = 48
/** Evaluated as here: without flash attention, with all of a sliding window kept, in batches that no checkpoint divides. */
const SAME_ARITHMETIC = ['--jinja', '--flash-attn', 'off', '--swa-full', '--ctx-checkpoints', '0']
/** Most that two candidates' log probabilities differ where rounding decides between them. */
const MAX_ROUNDING = 0.05

export interface CompletionComparison {
  readonly model: string
  readonly prompts: number
  /** Prompts with other tokens on purpose: texts of a request never become control tokens. */
  readonly guarded: number
  /** Prompts with other tokens than llama-server's. */
  readonly otherTokens: readonly string[]
  /** Completions that differ where both candidates were as likely, but for rounding. */
  readonly rounded: readonly string[]
  readonly otherCompletions: readonly string[]
}

/** Asks Continuo and llama-server the same at temperature 0. */
export async function compareCompletions(
  llamaServer: string,
  modelPath: string,
): Promise<CompletionComparison> {
  const ours = promptTokens(modelPath)
  const served = { modelPath, contextTokens: CONTEXT_TOKENS, apiKey: 'key' }
  const server = await RealServer.start(llamaServerCommand(llamaServer, served, 1, SAME_ARITHMETIC))
  const settings = {
    contextWindowTokens: CONTEXT_TOKENS,
    threads: 1,
    maxSequences: 1,
    flashAttention: false,
  }
  const engine = { ...settings, model: modelPath }
  const continuo = await RunningContinuo.start({
    engines: { default: engine },
    models: { compared: 'default' },
  })
  let guarded = 0
  const otherTokens: string[] = []
  const rounded: string[] = []
  const otherCompletions: string[] = []
  try {
    for (const [index, prompt] of COMPARED_PROMPTS.entries()) {
      const name = JSON.stringify(prompt).slice(0, 80)
      const theirs = await theirTokens(server, prompt)
      const hasSameTokens = JSON.stringify(ours[index]) === JSON.stringify(theirs)
      if (!hasSameTokens && prompt === HAS_CONTROL_TEXT) {
        guarded++
        continue
      }
      if (!hasSameTokens) otherTokens.push(name)
      const our = await ourCompletion(continuo, prompt)
      const their = await theirCompletion(server, prompt)
      if (our === their.text) continue
      const gap = gapAfter(their, commonLength(our, their.text))
      const entry = `${name}: ${JSON.stringify(our)} and ${JSON.stringify(their.text)}, ${gap.toFixed(3)} apart`
      if (gap <= MAX_ROUNDING) rounded.push(entry)
      else otherCompletions.push(entry)
    }
  } finally {
    await continuo.stop()
    await RealServer.killAll()
  }
  return {
    model: basename(modelPath),
    prompts: COMPARED_PROMPTS.length,
    guarded,
    otherTokens,
    rounded,
    otherCompletions,
  }
}

function promptTokens(modelPath: string): number[][] {
  const program = fileURLToPath(new URL('print-prompt-tokens.ts', import.meta.url))
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore']
  return JSON.parse(
    execFileSync(process.execPath, [program, modelPath], { encoding: 'utf8', stdio }),
  ) as number[][]
}

async function theirTokens(server: RealServer, prompt: ComparedPrompt): Promise<number[]> {
  const content =
    'text' in prompt
      ? prompt.text
      : ((await server.post('/apply-template', { messages: prompt.messages })) as { prompt: string }).prompt
  const body = { content, add_special: true, parse_special: true }
  return ((await server.post('/tokenize', body)) as { tokens: number[] }).tokens
}

const GREEDY = { temperature: 0, max_tokens: MAX_TOKENS }

async function ourCompletion(continuo: RunningContinuo, prompt: ComparedPrompt): Promise<string> {
  const path = 'text' in prompt ? '/v1/completions' : '/v1/chat/completions'
  const body = { model: 'compared', ...GREEDY, ...('text' in prompt ? { prompt: prompt.text } : prompt) }
  return completionIn((await (await continuo.post(path, body)).json()) as OpenAiBody)
}

interface TheirCompletion {
  readonly text: string
  /** Each token of the text, with the likeliest at its place. */
  readonly steps: readonly TheirStep[]
}

interface TheirStep {
  readonly token: string
  readonly top_logprobs: readonly { readonly logprob: number }[]
}

async function theirCompletion(server: RealServer, prompt: ComparedPrompt): Promise<TheirCompletion> {
  if ('messages' in prompt) {
    const asked = { ...GREEDY, ...prompt, logprobs: true, top_logprobs: 2 }
    const body = (await server.post('/v1/chat/completions', asked)) as OpenAiBody
    // White space before a reply is left out here.
    return { text: completionIn(body).trimStart(), steps: body.choices?.[0]?.logprobs?.content ?? [] }
  }
  const body = { prompt: prompt.text, temperature: 0, n_predict: MAX_TOKENS, n_probs: 2 }
  const { content, completion_probabilities: steps } = (await server.post('/completion', body)) as {
    content: string
    completion_probabilities: TheirStep[]
  }
  return { text: content, steps }
}

interface OpenAiBody {
  readonly choices?: readonly {
    readonly text?: string
    readonly message?: { readonly content: string }
    readonly logprobs?: { readonly content: readonly TheirStep[] }
  }[]
}

function completionIn(body: OpenAiBody): string {
  const [choice] = body.choices ?? []
  if (choice === undefined) throw new Error(`no completion: ${JSON.stringify(body)}`)
  return choice.text ?? choice.message?.content ?? ''
}

/**
 * How far apart the two likeliest tokens are after some of the text, in the evaluation that wrote it: llama-server's own log
 * probabilities differ where it evaluates a prompt again in other batches.
 */
function gapAfter({ text, steps }: TheirCompletion, length: number): number {
  const all = steps.map(({ token }) => token).join('')
  let left = length + (all.endsWith(text) ? all.length - text.length : 0)
  for (const { token, top_logprobs: top } of steps) {
    left -= token.length
    if (left >= 0) continue
    const [first, second] = top
    return Math.abs((first?.logprob ?? 0) - (second?.logprob ?? Number.NEGATIVE_INFINITY))
  }
  return Number.POSITIVE_INFINITY
}

function commonLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}
