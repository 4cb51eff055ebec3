import { signal } from '@preact/signals'
import { ApiFailure } from '../api/api-failure.ts'
import { withLoggedTokens } from '../api/workbench/logged-tokens.ts'
import { PromptProblem, promptRequest } from '../api/workbench/prompt-request.ts'
import { type Run, runPrompt, STARTED_RUN } from '../api/workbench/run-prompt.ts'
import { EMPTY_PROMPT, readPrompt, type WorkbenchPrompt } from '../api/workbench/workbench-prompt.ts'
import { loadSentPrompt, readDraft, rememberSentPrompt, writeDraft } from './recent-prompts.ts'

/** The saved prompt that is open; null for one that was never saved. */
export interface OpenPrompt {
  readonly id: string
  readonly name: string
  readonly version: number
}

/** One of up to two runs next to each other. */
export interface Lane {
  readonly api: 'messages' | 'complete'
  readonly model: string
}

/** What is edited. It survives a change of the page, and, as a draft, the browser's reload. */
export const prompt = signal<WorkbenchPrompt>(EMPTY_PROMPT)
export const openPrompt = signal<OpenPrompt | null>(null)
/** Whether it differs from what was saved last. */
export const isChanged = signal(false)
/** By row of values and lane: `0:1` is the second lane of the first row. */
export const runs = signal<ReadonlyMap<string, Run>>(new Map())
/** The row whose values fill the prompt. */
export const currentRow = signal(0)

const running = new Map<string, AbortController>()
let isDraftRead = false

/** Reads the draft that the browser kept, once. */
export function startWorkbench(defaultModel: string): void {
  if (!isDraftRead) prompt.value = readPrompt(readDraft())
  isDraftRead = true
  if (prompt.value.model === '') prompt.value = { ...prompt.value, model: defaultModel }
}

export function change(changes: Partial<WorkbenchPrompt>): void {
  prompt.value = { ...prompt.value, ...changes }
  isChanged.value = true
  writeDraft(prompt.value)
}

/** Shows another prompt. What ran stays what it was: of the one before. */
export function show(shown: WorkbenchPrompt, open: OpenPrompt | null): void {
  stopAll()
  prompt.value = shown
  openPrompt.value = open
  isChanged.value = false
  runs.value = new Map()
  currentRow.value = 0
  writeDraft(shown)
}

/** What runs next to each other: two APIs, two models, or one of one. */
export function lanesOf({ api, model, otherModel }: WorkbenchPrompt): readonly Lane[] {
  if (api === 'both') {
    return [
      { api: 'messages', model },
      { api: 'complete', model: otherModel || model },
    ]
  }
  return otherModel === '' ? [{ api, model }] : [model, otherModel].map((each) => ({ api, model: each }))
}

export function runOf(row: number, lane: number): Run | null {
  return runs.value.get(`${row}:${lane}`) ?? null
}

export function isRunning(): boolean {
  return [...runs.value.values()].some(({ state }) => state === 'running')
}

/** Runs every lane with the values of these rows: lanes at once, rows one after the other. */
export async function runRows(rows: readonly number[]): Promise<void> {
  stopAll()
  const lanes = lanesOf(prompt.value)
  const sent = prompt.value
  for (const row of rows) {
    const finished = await Promise.all(lanes.map((lane, index) => runLane(sent, { row, index, lane })))
    if (finished.some(({ state }) => state === 'stopped')) return
  }
}

export function stopAll(): void {
  for (const controller of running.values()) controller.abort()
  running.clear()
}

async function runLane(
  sent: WorkbenchPrompt,
  { row, index, lane }: { row: number; index: number; lane: Lane },
): Promise<Run> {
  const name = `${row}:${index}`
  const controller = new AbortController()
  running.set(name, controller)
  const put = (run: Run) => {
    // One that was stopped may still report while the next runs.
    if (running.get(name) === controller || run.state === 'stopped')
      runs.value = new Map(runs.value).set(name, run)
  }
  put(STARTED_RUN)
  try {
    const request = promptRequest(sent, { ...lane, values: sent.values[row] ?? {} })
    const run = await runPrompt(request, controller.signal, put)
    if (run.requestId !== null) rememberSentPrompt(run.requestId, sent)
    const counted = await withLoggedTokens(run)
    if (counted !== run) put(counted)
    return counted
  } catch (thrown) {
    const failure = thrown instanceof PromptProblem ? new ApiFailure(thrown.message) : ApiFailure.from(thrown)
    const run: Run = { ...STARTED_RUN, state: 'failed', failure }
    put(run)
    return run
  } finally {
    if (running.get(name) === controller) running.delete(name)
  }
}

/** The prompt of a request that this browser sent; null for any other. */
export function sentPrompt(requestId: string): WorkbenchPrompt | null {
  const kept = loadSentPrompt(requestId)
  return kept === null ? null : readPrompt(kept)
}
