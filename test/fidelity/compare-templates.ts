import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { conversationPrompt } from '../../src/completion/conversation-prompt.ts'
import type { Prompt } from '../../src/completion/prompt.ts'
import { AuthorEncoding } from '../../src/engines/llama/chat/author-encoding.ts'
import { mapPromptTexts } from '../../src/engines/llama/chat/map-prompt-texts.ts'
import { RenderBudget } from '../../src/engines/llama/chat/render-budget.ts'
import { probeTemplate } from '../../src/engines/llama/chat/template-capabilities.ts'
import { messageShapes, templateMessages } from '../../src/engines/llama/chat/template-messages.ts'
import { TemplateRenderer } from '../../src/engines/llama/chat/template-renderer.ts'
import { CONVERSATIONS } from './conversations.ts'
import { TOOL_SCHEMAS } from './tool-schemas.ts'

const MAX_STEPS = 50_000_000
const TEXTS = { beginningOfSequence: '<s>', endOfSequence: '</s>' }
const ASCII = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))
const CODE = new AuthorEncoding(ASCII)
const MAX_OUTPUT_BYTES = 4_294_967_296

type Rendered = { readonly text: string } | { readonly error: string }

export interface TemplateComparison {
  readonly template: string
  readonly cases: number
  /** Cases that neither renders. */
  readonly refusedByBoth: number
  /** Cases that only jinja2 renders. */
  readonly refused: readonly Difference[]
  /** Cases that both render, each differently. */
  readonly different: readonly Difference[]
}

export interface Difference {
  readonly variables: object
  readonly ours: string
  readonly theirs: string
}

export interface ComparisonPlan {
  /** A folder of `.jinja` files. */
  readonly folder: string
  /** A Python with jinja2. */
  readonly python: string
  /** Whether every conversation is rendered with every schema, not each with one. */
  readonly isWhole: boolean
  /** A part of the names of the templates to compare; empty for all. */
  readonly name: string
}

/** Renders conversations with each template, here and by jinja2. */
export function* compareTemplates({ name: part, ...plan }: ComparisonPlan): Generator<TemplateComparison> {
  const { folder } = plan
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.jinja') || !name.includes(part)) continue
    yield compareTemplate(name.replace('.jinja', ''), readFileSync(join(folder, name), 'utf8'), plan)
  }
}

function compareTemplate(
  template: string,
  source: string,
  { python, isWhole }: Omit<ComparisonPlan, 'folder' | 'name'>,
): TemplateComparison {
  const prompts = [...promptsOf(isWhole)]
  const cases = [...casesOf(source, prompts)]
  const theirs = renderByJinja(source, cases, python)
  const refused: Difference[] = []
  const different: Difference[] = []
  let refusedByBoth = 0
  for (const [at, { ours, variables }] of cases.entries()) {
    const their = theirs[at] ?? { error: 'no response' }
    if ('error' in their) {
      if ('error' in ours) refusedByBoth++
    } else if ('error' in ours) refused.push({ variables, ours: ours.error, theirs: their.text })
    else if (ours.text !== their.text) different.push({ variables, ours: ours.text, theirs: their.text })
  }
  return { template, cases: cases.length, refusedByBoth, refused, different }
}

interface Case {
  readonly variables: object
  readonly ours: Rendered
}

function* casesOf(source: string, prompts: readonly Prompt[]): Generator<Case> {
  const prepared = prepare(source)
  for (const prompt of prompts) {
    const { renderer, style } = prepared ?? {}
    if (renderer === undefined || style === undefined) {
      yield { variables: { messages: [] }, ours: { error: 'the template cannot be read' } }
      continue
    }
    const [shape] = messageShapes(prompt)
    if (shape === undefined) continue
    const options = (from: Prompt) => ({
      addsGenerationPrompt: true,
      tools: from.tools,
      isThinkingEnabled: from.isThinkingEnabled,
      extras: {},
    })
    const variables = renderer.variables(templateMessages(prompt, style, shape), options(prompt))
    const encoded = mapPromptTexts(prompt, (text, author) => CODE.encode(text, author))
    const messages = templateMessages(encoded, style, shape)
    yield { variables, ours: render(() => renderer.render(messages, { ...options(encoded), ...budgeted() })) }
  }
}

function prepare(source: string) {
  try {
    const renderer = new TemplateRenderer(source, TEXTS)
    return { renderer, style: probeTemplate(renderer, new RenderBudget(MAX_STEPS)).style }
  } catch {
    return null
  }
}

function budgeted() {
  return { code: CODE, budget: new RenderBudget(MAX_STEPS) }
}

function render(run: () => string): Rendered {
  try {
    return { text: CODE.decode(run()) }
  } catch (error) {
    return { error: CODE.decode((error as Error).message) }
  }
}

function* promptsOf(isWhole: boolean): Generator<Prompt> {
  for (const [at, talk] of CONVERSATIONS.entries()) {
    for (const [place, inputSchema] of TOOL_SCHEMAS.entries()) {
      if (!isWhole && place % CONVERSATIONS.length !== at) continue
      const tools = [{ name: 'act', description: 'acts', inputSchema, isStrict: false }]
      yield conversationPrompt({ ...talk, tools, prefill: '', outputSchema: null })
    }
    yield conversationPrompt({ ...talk, tools: [], prefill: '', outputSchema: null })
  }
}

function renderByJinja(source: string, cases: readonly Case[], python: string): Rendered[] {
  const lines = cases.map(({ variables }, at) =>
    JSON.stringify({ ...(at === 0 ? { source } : {}), variables }),
  )
  const program = new URL('render_templates.py', import.meta.url).pathname
  const { stdout, stderr, status } = spawnSync(python, [program], {
    input: lines.join('\n'),
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  })
  if (status !== 0) throw new Error(`${python} ${program} failed: ${stderr}`)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Rendered)
}
