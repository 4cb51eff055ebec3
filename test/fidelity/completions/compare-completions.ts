import { execFileSync, type StdioOptions } from 'node:child_process'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RealServer } from '../../servers/real-server.ts'
import { RunningContinuo } from '../../servers/running-continuo.ts'
import { llamaServerCommand } from '../../servers/server-commands.ts'
import { COMPARED_PROMPTS, type ComparedPrompt, HAS_CONTROL_TEXT } from './compared-prompts.ts'

const CONTEXT_TOKENS = 2048
const MAX_TOKENS = 48
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
  const server = await RealServer.start(
    llamaServerCommand(llamaServer, served, 1, ['--jinja', '--flash-attn', 'off']),
  )
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
      const [our, their] = [await ourCompletion(continuo, prompt), await theirCompletion(server, prompt)]
      if (our === their) continue
      const gap = await gapWhereTheyPart(server, theirs, commonLength(our, their))
      const entry = `${name}: ${JSON.stringify(our)} and ${JSON.stringify(their)}, ${gap.toFixed(3)} apart`
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

async function theirCompletion(server: RealServer, prompt: ComparedPrompt): Promise<string> {
  if ('messages' in prompt) {
    // White space before a reply is left out here.
    const body = (await server.post('/v1/chat/completions', { ...GREEDY, ...prompt })) as OpenAiBody
    return completionIn(body).trimStart()
  }
  const body = { prompt: prompt.text, temperature: 0, n_predict: MAX_TOKENS }
  return ((await server.post('/completion', body)) as { content: string }).content
}

interface OpenAiBody {
  readonly choices?: readonly { readonly text?: string; readonly message?: { readonly content: string } }[]
}

function completionIn(body: OpenAiBody): string {
  const [choice] = body.choices ?? []
  if (choice === undefined) throw new Error(`no completion: ${JSON.stringify(body)}`)
  return choice.text ?? choice.message?.content ?? ''
}

/** How far apart the two likeliest tokens are where the completions part, to llama-server. */
async function gapWhereTheyPart(
  server: RealServer,
  prompt: readonly number[],
  length: number,
): Promise<number> {
  const body = { prompt, temperature: 0, n_predict: MAX_TOKENS, n_probs: 2 }
  const { completion_probabilities: steps } = (await server.post('/completion', body)) as {
    completion_probabilities: { token: string; top_logprobs: { logprob: number }[] }[]
  }
  let written = ''
  for (const { token, top_logprobs } of steps) {
    written += token
    if (written.length <= length) continue
    const [first, second] = top_logprobs
    return Math.abs((first?.logprob ?? 0) - (second?.logprob ?? Number.NEGATIVE_INFINITY))
  }
  return Number.POSITIVE_INFINITY
}

function commonLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}
