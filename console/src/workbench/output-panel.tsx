import { type Run, tokensPerSecond } from '../api/workbench/run-prompt.ts'
import { EMPTY_PROMPT, type WorkbenchPrompt } from '../api/workbench/workbench-prompt.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { formatCount, formatDuration } from '../parts/format.ts'
import { change, currentRow, type Lane, lanesOf, prompt, runOf } from './workbench-state.ts'

/** What came of the row that is shown, next to each other for each API and model. */
export function OutputPanel() {
  const lanes = lanesOf(prompt.value)
  return (
    <div class={lanes.length > 1 ? 'outputs two' : 'outputs'}>
      {lanes.map((lane, index) => (
        <LaneOutput key={index} lane={lane} run={runOf(currentRow.value, index)} isFirst={index === 0} />
      ))}
    </div>
  )
}

interface LaneOutputProps {
  readonly lane: Lane
  readonly run: Run | null
  readonly isFirst: boolean
}

function LaneOutput({ lane, run, isFirst }: LaneOutputProps) {
  return (
    <section class="output" aria-label={`Output of ${lane.model}`} aria-busy={run?.state === 'running'}>
      <header>
        <strong class="truncate">{lane.model || 'No model'}</strong>
        <Badge>{lane.api === 'messages' ? 'Messages' : 'Text Completions'}</Badge>
        <span class="grow" />
        {run !== null && <RunState run={run} />}
        {run !== null && run.output.text !== '' && (
          <CopyButton text={run.output.text} label="Copy the output" />
        )}
      </header>
      {run === null ? (
        <NothingYet hasExample={isFirst && isEmptyPrompt(prompt.value)} />
      ) : (
        <RunContent lane={lane} run={run} />
      )}
    </section>
  )
}

const EXAMPLE_TURN = { id: 1, role: 'user', attachments: [], text: 'What is {{A}} + {{B}}?' } as const
const EXAMPLE = {
  turns: [EXAMPLE_TURN],
  text: '\n\nHuman: What is {{A}} + {{B}}?\n\nAssistant:',
  values: [
    { A: '17', B: '25' },
    { A: '9', B: '30' },
  ],
}

function NothingYet({ hasExample }: { readonly hasExample: boolean }) {
  return (
    <div class="empty">
      <p>
        The response appears here. <kbd>Ctrl</kbd> + <kbd>Enter</kbd> runs the prompt.
      </p>
      {hasExample && (
        <div class="row">
          <Button isSmall icon="spark" onClick={() => change(EXAMPLE)}>
            Insert an example
          </Button>
        </div>
      )}
    </div>
  )
}

function RunContent({ lane, run }: { readonly lane: Lane; readonly run: Run }) {
  const { output, state, failure } = run
  const { text, thinking, toolCalls } = output
  const canContinue = state === 'done' && lane.api === 'messages' && text !== '' && toolCalls.length === 0
  return (
    <>
      {(state !== 'failed' || text !== '') && <RunFigures run={run} />}
      {thinking !== '' && (
        <details class="thinking" open={text === ''}>
          <summary>Thinking</summary>
          <div>{thinking}</div>
        </details>
      )}
      {(text !== '' || state === 'running') && (
        <div class={lane.api === 'complete' ? 'output-text mono' : 'output-text'}>
          {text}
          {state === 'running' && <span class="caret" aria-hidden="true" />}
        </div>
      )}
      {toolCalls.map(({ name, input }, index) => (
        <figure key={index} class="tool-call">
          <figcaption>
            calls <code>{name}</code>
          </figcaption>
          <pre>{prettyJson(input)}</pre>
        </figure>
      ))}
      {state === 'done' && text === '' && toolCalls.length === 0 && thinking === '' && (
        <p class="muted output-text">The model wrote nothing.</p>
      )}
      {failure && (
        <div class="output-text">
          <ErrorState error={failure} />
        </div>
      )}
      {canContinue && (
        <footer>
          <Button isSmall icon="plus" onClick={() => continueWith(text)}>
            Continue from here
          </Button>
        </footer>
      )}
    </>
  )
}

/** How it ended, and the id by which the log knows it. */
function RunState({ run: { state, output, requestId } }: { readonly run: Run }) {
  const [tone, text] = {
    running: ['info', 'running'] as const,
    done: ['good', output.stopReason ?? 'done'] as const,
    stopped: ['warn', 'stopped by you'] as const,
    failed: ['bad', 'failed'] as const,
  }[state]
  return (
    <span class="run-state" title={requestId === null ? text : `${text}\n${requestId}`} aria-live="polite">
      <Badge tone={tone}>{text}</Badge>
    </span>
  )
}

/** How fast it was, and how much. */
function RunFigures({ run }: { readonly run: Run }) {
  const { output, firstTokenMs, totalMs } = run
  const speed = tokensPerSecond(run)
  const count =
    output.stopReason === null || output.outputTokens === null ? output.pieces : output.outputTokens
  const isExact = output.outputTokens !== null && output.stopReason !== null
  const figures: readonly (readonly [string, string | null])[] = [
    ['First token', firstTokenMs === null ? null : formatDuration(firstTokenMs)],
    ['Speed', speed === null ? null : `${speed.toFixed(speed < 10 ? 1 : 0)} tokens/s`],
    ['Total', formatDuration(totalMs)],
    ['Input', output.inputTokens === null ? null : `${formatCount(output.inputTokens)} tokens`],
    ['Output', `${isExact ? '' : '≈ '}${formatCount(count)} tokens`],
    ['Cached', output.cachedTokens ? `${formatCount(output.cachedTokens)} tokens` : null],
  ]
  return (
    <dl class="figures">
      {figures.map(
        ([title, text]) =>
          text !== null && (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{text}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** Makes turns of a response, after a prefill if there is one, and of the next question. */
function continueWith(text: string): void {
  const { turns } = prompt.value
  const last = turns.at(-1)
  const id = Math.max(0, ...turns.map((turn) => turn.id)) + 1
  const asked = { id: id + 1, role: 'user' as const, text: '', attachments: [] }
  if (last?.role === 'assistant') {
    change({ turns: [...turns.slice(0, -1), { ...last, text: last.text + text }, asked] })
  } else {
    change({ turns: [...turns, { id, role: 'assistant', text, attachments: [] }, asked] })
  }
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function isEmptyPrompt({ system, turns, text }: WorkbenchPrompt): boolean {
  const isEmpty = turns.every((turn) => turn.text === '' && turn.attachments.length === 0)
  return isEmpty && system === '' && text === EMPTY_PROMPT.text
}
